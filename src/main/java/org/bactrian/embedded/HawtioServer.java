package org.bactrian.embedded;

import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Hawtio on a web server of its own, in this process, so that it sees Camel's MBeans. Only who is in the users file gets
 * in, and may look at things but change nothing: {@code jolokia-access.xml} has what is allowed.
 */
public final class HawtioServer implements AutoCloseable {
    /** The configuration key of its port, for complaints. */
    public static final String PORT_KEY = "hawtio.port";

    private static final int MAX_THREADS = 20;
    private static final int MAX_REQUEST_BYTES = 4 << 20;

    private final Server server;
    private final ServerConnector connector;
    private final HawtioUsers users;

    private HawtioServer(Server server, ServerConnector connector, HawtioUsers users) {
        this.server = server;
        this.connector = connector;
        this.users = users;
    }

    /**
     * Starts to serve; returns when pages can be asked for.
     *
     * @param port 0 for a free one
     * @param usersFile made, with one user, if it is missing
     * @throws CannotStart if the port is taken or the users file is wrong
     */
    public static HawtioServer start(String host, int port, Path usersFile) {
        Ports.requireFree(host, port, PORT_KEY);
        var users = HawtioUsers.load(usersFile);
        var threads = new QueuedThreadPool(MAX_THREADS, 2);
        threads.setName("hawtio");
        threads.setDaemon(true);
        var server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        var limit = new SizeLimitHandler(MAX_REQUEST_BYTES, -1);
        limit.setHandler(new Handler.Sequence(new RootRedirect(), HawtioConsole.handler(server, users)));
        server.setHandler(limit);
        var hawtio = new HawtioServer(server, connector, users);
        try {
            server.start();
            return hawtio;
        } catch (Exception e) {
            hawtio.close();
            throw new CannotStart(
                    "Hawtio does not start on %s:%d (%s); mend that, or set hawtio.enabled=false (config/application.properties)."
                            .formatted(host, port, e),
                    e);
        }
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** Of the user {@code admin}; present only at the start that made the users file. Nothing else can show it. */
    public Optional<String> generatedPassword() {
        return users.generatedPassword();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Hawtio must stop", e);
        }
    }

    /** Sends whoever asks for the bare host to the console. */
    private static final class RootRedirect extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!request.getHttpURI().getPath().equals("/")) {
                return false;
            }
            Response.sendRedirect(request, response, callback, HawtioConsole.PATH + "/");
            return true;
        }
    }
}
