package org.bactrian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.camel.support.CamelContextHelper;
import org.bactrian.bench.BenchApplication;
import org.jspecify.annotations.Nullable;

/** The application as it is configured, but on free ports, in a folder of its own and without Hawtio. */
final class BenchRouter implements BenchApplication {
    private final Application application;
    private final int port;

    private BenchRouter(Application application, int port) {
        this.application = application;
        this.port = port;
    }

    static BenchApplication start(Path home, @Nullable String profile, Path folder) {
        int port = freePort();
        Properties overrides = SecretFiles.read(System.getenv());
        overrides.putAll(Map.of(
                "data.folder", folder.toString(),
                "camel.server.port", String.valueOf(port),
                "camel.management.enabled", "false",
                "hawtio.enabled", "false",
                "embedded.postgresql.port", "0",
                "embedded.kafka.port", "0"));
        var router = new BenchRouter(new Application(home, profile, false, overrides), port);
        try {
            router.application.start();
            return router;
        } catch (RuntimeException e) {
            router.close();
            throw e;
        }
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public String brokers() {
        return application.context().resolvePropertyPlaceholders("{{kafka.brokers}}");
    }

    @Override
    public DataSource database(String name) {
        return CamelContextHelper.mandatoryLookup(application.context(), name + "Database", DataSource.class);
    }

    @Override
    public void close() {
        application.close();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
