package org.bactrian.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks at ports before servers do, because their own complaints name neither the key nor the remedy. */
public final class Ports {
    private Ports() {}

    /**
     * Returns if a server could listen there now. It may be too late a moment later: servers must still be able to fail.
     *
     * @param port 0 stands for any free one and always passes
     * @param key the configuration key that the port came from
     * @throws CannotStart naming the port and the key
     */
    public static void requireFree(String host, int port, String key) {
        if (port < 0 || port > 65_535) {
            throw new CannotStart(
                    "%s (config/application.properties) must be a port from 0 to 65535; is %d.".formatted(key, port));
        }
        if (port == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // else a port counts as used for a minute after its last connection
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new CannotStart(complaint(host, port, key, e), e);
        }
    }

    /** A port of 127.0.0.1 that nobody listens on; nothing reserves it. */
    static int free() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String complaint(String host, int port, String key, IOException e) {
        var reason = String.valueOf(e.getMessage());
        if (reason.contains("in use")) {
            return "Port %d is in use; stop what listens there, or set %s (config/application.properties) to another one."
                    .formatted(port, key);
        }
        return "Port %d cannot be opened on %s (%s); set %s (config/application.properties) to another one."
                .formatted(port, host, reason, key);
    }
}
