package org.bactrian.embedded;

import io.hawt.web.auth.RolePrincipal;
import io.hawt.web.auth.UserPrincipal;
import java.io.IOException;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.jspecify.annotations.Nullable;

/** Lets in whom {@link HawtioUsers} knows. Public because JAAS makes one for every log-in; for nobody else. */
public final class HawtioLogin implements LoginModule {
    private static final String USERS = "users";

    private @Nullable Subject subject;
    private @Nullable CallbackHandler asker;
    private @Nullable HawtioUsers users;
    private HawtioUsers.@Nullable User user;

    /** The JAAS configuration that has this module and these users, whatever the application's name. */
    static Configuration configuration(HawtioUsers users) {
        var entry = new AppConfigurationEntry(
                HawtioLogin.class.getName(), LoginModuleControlFlag.REQUIRED, Map.of(USERS, users));
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(@Nullable String name) {
                return new AppConfigurationEntry[] {entry};
            }
        };
    }

    @Override
    public void initialize(Subject subject, CallbackHandler asker, Map<String, ?> sharedState, Map<String, ?> options) {
        this.subject = subject;
        this.asker = asker;
        this.users = (HawtioUsers) options.get(USERS);
    }

    @Override
    public boolean login() throws LoginException {
        if (asker == null || users == null) {
            throw new LoginException("initialize must come first");
        }
        var name = new NameCallback("name");
        var password = new PasswordCallback("password", false);
        try {
            asker.handle(new Callback[] {name, password});
        } catch (IOException | UnsupportedCallbackException e) {
            throw (LoginException) new LoginException("name and password must be given").initCause(e);
        }
        if (name.getName() == null || password.getPassword() == null) {
            throw new FailedLoginException("name and password must be given");
        }
        user = users.authenticate(name.getName(), password.getPassword())
                .orElseThrow(() -> new FailedLoginException("unknown user or wrong password"));
        password.clearPassword();
        return true;
    }

    @Override
    public boolean commit() {
        if (subject == null || user == null) {
            return false;
        }
        subject.getPrincipals().add(new UserPrincipal(user.name()));
        subject.getPrincipals().add(new RolePrincipal(user.role()));
        return true;
    }

    @Override
    public boolean abort() {
        user = null;
        return true;
    }

    @Override
    public boolean logout() {
        user = null;
        return true;
    }
}
