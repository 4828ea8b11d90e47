package org.bactrian.embedded;

import io.hawt.HawtioContextListener;
import io.hawt.system.ConfigManager;
import io.hawt.web.auth.AuthConfigurationServlet;
import io.hawt.web.auth.AuthenticationConfiguration;
import io.hawt.web.auth.AuthenticationFilter;
import io.hawt.web.auth.ClientRouteRedirectFilter;
import io.hawt.web.auth.LoginServlet;
import io.hawt.web.auth.LogoutServlet;
import io.hawt.web.auth.SessionExpiryFilter;
import io.hawt.web.auth.keycloak.KeycloakServlet;
import io.hawt.web.auth.keycloak.KeycloakUserServlet;
import io.hawt.web.filters.BaseTagHrefFilter;
import io.hawt.web.filters.ResponseHeadersFilter;
import io.hawt.web.plugin.PluginServlet;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.jolokia.server.core.http.AgentServlet;

/**
 * Hawtio's web application, put together as its own web.xml does, but for {@code /proxy}, which would call any address
 * that it is told to.
 */
final class HawtioConsole {
    /** Where its pages are; Hawtio's own pages expect no other. */
    static final String PATH = "/hawtio";

    private static final EnumSet<DispatcherType> REQUEST = EnumSet.of(DispatcherType.REQUEST);
    private static final EnumSet<DispatcherType> PAGE =
            EnumSet.of(DispatcherType.REQUEST, DispatcherType.FORWARD, DispatcherType.ERROR);

    private HawtioConsole() {}

    /** The application; it starts with the server. */
    static Handler handler(Server server, HawtioUsers users) {
        var context = new ServletContextHandler(PATH, ServletContextHandler.SESSIONS);
        var resources = ResourceFactory.of(server);
        context.setBaseResource(ResourceFactory.combine( // ours first
                resources.newClassLoaderResource("hawtio/"), resources.newClassLoaderResource("hawtio-static/")));
        context.setWelcomeFiles(new String[] {"index.html"});
        context.addEventListener(new Services(users));
        var sessions = context.getSessionHandler();
        sessions.setHttpOnly(true);
        sessions.setSameSite(HttpCookie.SameSite.STRICT);
        sessions.setSessionCookie("bactrian-hawtio"); // cookies are shared by all ports of a host

        // the order of Hawtio's own web.xml, after ours
        context.addFilter(new FilterHolder(new SameOriginFilter()), "/*", REQUEST);
        filter(context, SessionExpiryFilter.class, REQUEST, "/*");
        filter(context, ResponseHeadersFilter.class, REQUEST, "/*");
        filter(context, AuthenticationFilter.class, REQUEST, "/jolokia/*");
        filter(context, ClientRouteRedirectFilter.class, REQUEST, "/*");
        filter(context, BaseTagHrefFilter.class, PAGE, "/", "/index.html");

        var jolokia = servlet(context, AgentServlet.class, "/jolokia/*");
        jolokia.setInitParameters(Map.of(
                "policyLocation", "classpath:/jolokia-access.xml",
                // it would open JMX connections to any address in a request
                "disabledServices", "org.jolokia.service.jsr160.Jsr160RequestHandler",
                "mbeanQualifier", "qualifier=hawtio",
                "allowErrorDetails", "false",
                "includeStackTrace", "false"));
        jolokia.setInitOrder(1);
        servlet(context, KeycloakUserServlet.class, "/user/*");
        servlet(context, AuthConfigurationServlet.class, "/auth/config/*").setInitOrder(1);
        servlet(context, LoginServlet.class, "/auth/login");
        servlet(context, LogoutServlet.class, "/auth/logout");
        servlet(context, KeycloakServlet.class, "/keycloak/*");
        servlet(context, PluginServlet.class, "/plugin/*");
        servlet(context, DefaultServlet.class, "/").setInitParameter("dirAllowed", "false");
        return context;
    }

    private static void filter(
            ServletContextHandler context,
            Class<? extends Filter> filter,
            EnumSet<DispatcherType> when,
            String... paths) {
        var holder = new FilterHolder(filter);
        for (String path : paths) {
            context.addFilter(holder, path, when);
        }
    }

    private static ServletHolder servlet(ServletContextHandler context, Class<? extends Servlet> servlet, String path) {
        var holder = new ServletHolder(servlet);
        context.addServlet(holder, path);
        return holder;
    }

    /** Hawtio's own set-up, with our users and no look at the container for others. */
    private static final class Services extends HawtioContextListener {
        private final HawtioUsers users;

        Services(HawtioUsers users) {
            super(new ConfigManager(Map.of(
                    AuthenticationConfiguration.REALM, "bactrian",
                    AuthenticationConfiguration.ROLES, "admin",
                    AuthenticationConfiguration.AUTHENTICATION_CONTAINER_DISCOVERY_CLASSES, "")::get));
            this.users = users;
        }

        @Override
        protected void configureAuthenticationProviders(ServletContext context, AuthenticationConfiguration auth) {
            auth.addConfiguration(HawtioLogin.configuration(users));
        }
    }
}
