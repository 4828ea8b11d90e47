package org.bactrian.log;

import com.zaxxer.hikari.HikariDataSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Stands between an instance and its database, and fails as networks do. */
final class Relay implements AutoCloseable {
    /** What happens to the next bytes that come; once, then they pass again. */
    enum Fault {
        NONE,
        /** The request never reaches the server. */
        DROP_REQUEST,
        /** The server has done what was asked; nobody learns of it. */
        DROP_ANSWER,
        /** The same, and no new connection succeeds until {@link #up}. */
        DROP_ANSWER_AND_GO_DOWN
    }

    private final ServerSocket server;
    private final int port;
    private final String url;
    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    private final AtomicInteger passing = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();
    private boolean held;
    private volatile boolean holding;
    private volatile boolean down;

    Relay(HikariDataSource database) {
        String direct = database.getJdbcUrl();
        port = Integer.parseInt(direct.replaceFirst(".*://[^:]+:([0-9]+)/.*", "$1"));
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        url = direct.replaceFirst("://[^/]+/", "://127.0.0.1:" + server.getLocalPort() + "/");
        thread(this::accept);
    }

    DataSource database() {
        return new DriverManagerDataSource(url);
    }

    void next(Fault next) {
        nextBut(0, next);
    }

    /** @param pass how many requests or answers come through before */
    void nextBut(int pass, Fault next) {
        passing.set(pass);
        fault.set(next);
    }

    boolean happened() {
        return fault.get() == Fault.NONE;
    }

    /** Requests stay on the way until {@link #resume}. */
    void hold() {
        synchronized (gate) {
            held = true;
        }
    }

    /** Whether a request is on the way. */
    boolean isHolding() {
        return holding;
    }

    void resume() {
        synchronized (gate) {
            held = false;
            holding = false;
            gate.notifyAll();
        }
    }

    void down() {
        down = true;
        sockets.forEach(Relay::close);
    }

    void up() {
        down = false;
    }

    @Override
    public void close() {
        resume();
        down();
        close(server);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (down) {
                    close(client);
                } else {
                    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), port);
                    client.setTcpNoDelay(true);
                    upstream.setTcpNoDelay(true);
                    sockets.addAll(List.of(client, upstream));
                    thread(() -> pump(client, upstream, true));
                    thread(() -> pump(upstream, client, false));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pump(Socket from, Socket to, boolean request) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[65_536];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (isDropped(request)) {
                    break;
                }
                if (request) {
                    pass();
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

    private boolean isDropped(boolean request) {
        Fault now = fault.get();
        if (now == Fault.NONE || (now == Fault.DROP_REQUEST) != request || passing.getAndDecrement() > 0) {
            return false;
        }
        fault.set(Fault.NONE);
        if (now == Fault.DROP_ANSWER_AND_GO_DOWN) {
            down();
        }
        return true;
    }

    private void pass() {
        synchronized (gate) {
            while (held) {
                holding = true;
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
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
        var thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }
}
