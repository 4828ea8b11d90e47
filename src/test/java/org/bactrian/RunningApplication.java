package org.bactrian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The application as shipped, started once for all test classes that ask for it as a parameter: the checkout's routes/ and
 * config/, embedded PostgreSQL and Kafka in a folder of its own, free ports.
 */
public final class RunningApplication implements AutoCloseable {
    private static final Pattern HAWTIO = Pattern.compile("(http://\\S+:(\\d+)/hawtio/).*password (\\S+)");

    private final Path data;
    private final int port;
    private final Application application;

    private RunningApplication(Path home, @Nullable String profile, boolean console, Map<String, String> more)
            throws IOException {
        data = Files.createTempDirectory("bactrian");
        port = freePort();
        var overrides = new Properties();
        overrides.setProperty("data.folder", data.toString());
        overrides.setProperty("camel.server.port", String.valueOf(port));
        overrides.setProperty("camel.management.port", String.valueOf(freePort()));
        overrides.setProperty("embedded.postgresql.port", "0");
        overrides.setProperty("embedded.kafka.port", "0");
        overrides.setProperty("hawtio.enabled", String.valueOf(console));
        overrides.setProperty("hawtio.port", String.valueOf(freePort()));
        more.forEach(overrides::setProperty);
        application = new Application(home, profile, false, overrides);
        try {
            application.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Another one, beside the shared one, without Hawtio; belongs to the caller. */
    public static RunningApplication start(Path home, @Nullable String profile) throws IOException {
        return new RunningApplication(home, profile, false, Map.of());
    }

    /**
     * Another one, beside the shared one, without Hawtio; belongs to the caller.
     *
     * @param more properties that win over the checkout's
     */
    public static RunningApplication start(Map<String, String> more) throws IOException {
        return new RunningApplication(checkout(), null, false, more);
    }

    /**
     * The same with a home of its own.
     *
     * @param more properties that win over the home's
     */
    public static RunningApplication startAt(Path home, Map<String, String> more) throws IOException {
        return new RunningApplication(home, null, false, more);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public CamelContext context() {
        return application.context();
    }

    /** Where its Kafka broker listens. */
    public String brokers() {
        return context().resolvePropertyPlaceholders("{{kafka.brokers}}");
    }

    /** A bean of the application. */
    public <T> T bean(String name, Class<T> type) {
        return CamelContextHelper.mandatoryLookup(context(), name, type);
    }

    public int hawtioPort() {
        return Integer.parseInt(hawtio().group(2));
    }

    public String hawtioPassword() {
        return hawtio().group(3);
    }

    @Override
    public void close() throws IOException {
        application.close();
        try (var files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).forEach(RunningApplication::delete);
        }
    }

    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Matcher hawtio() {
        Matcher matcher = HAWTIO.matcher(application.welcome());
        if (!matcher.find()) {
            throw new IllegalStateException("no Hawtio in: " + application.welcome());
        }
        return matcher;
    }

    private static Path checkout() {
        return Path.of("").toAbsolutePath();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands the one running application to tests and ends it after the last. */
    public static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RunningApplication.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(RunningApplication.class))
                    .getOrComputeIfAbsent(RunningApplication.class, type -> started(), RunningApplication.class);
        }

        private static RunningApplication started() {
            try {
                return new RunningApplication(checkout(), null, true, Map.of());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
