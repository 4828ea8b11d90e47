package org.bactrian.crash;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Between a router and one of its databases: has the tap look after each transaction, before the router learns of its end. */
final class Wire implements AutoCloseable {
    /** How PostgreSQL ends an answer when no transaction is open: the message ReadyForQuery with the status I. */
    private static final byte[] IDLE = {'Z', 0, 0, 0, 5, 'I'};

    private final String database;
    private final String direct;
    private final Tap tap;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    /** @param direct the database's JDBC URL */
    Wire(String database, String direct, Tap tap) {
        this.database = database;
        this.direct = direct;
        this.tap = tap;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    /** The database's JDBC URL through here. */
    String url() {
        return direct.replaceFirst("://[^/]+/", "://127.0.0.1:" + server.getLocalPort() + "/");
    }

    /** Nothing passes any more, and nothing ever will. */
    @Override
    public void close() {
        cut = true;
        sockets.forEach(Wire::close);
        close(server);
    }

    private void accept() {
        int port = Integer.parseInt(direct.replaceFirst(".*://[^:]+:([0-9]+)/.*", "$1"));
        try {
            while (true) {
                Socket router = server.accept();
                Socket store = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.addAll(List.of(router, store));
                router.setTcpNoDelay(true);
                store.setTcpNoDelay(true);
                thread(() -> pump(router, store, true));
                thread(() -> pump(store, router, false));
                if (cut) {
                    close();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pump(Socket from, Socket to, boolean question) {
        var tail = new Tail();
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[65_536];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                boolean passes = question
                        ? tap.passes(buffer, read)
                        : !tail.isIdleAfter(buffer, read) || tap.committed(database);
                if (!passes) {
                    break;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // cut
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Closeable part) {
        try {
            part.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void thread(Runnable work) {
        var thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    /** The last bytes that came, which may have come in two parts. */
    private static final class Tail {
        private final byte[] last = new byte[IDLE.length];

        boolean isIdleAfter(byte[] bytes, int length) {
            int fresh = Math.min(length, last.length);
            System.arraycopy(last, fresh, last, 0, last.length - fresh);
            System.arraycopy(bytes, length - fresh, last, last.length - fresh, fresh);
            return Arrays.equals(last, IDLE);
        }
    }
}
