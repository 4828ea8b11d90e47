package org.bactrian.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bactrian.embedded.KafkaBroker;
import org.bactrian.embedded.PostgresServer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** One PostgreSQL and one Kafka that outlive the routers on them; ends these, too. */
final class Backbone implements AutoCloseable {
    private static final List<String> DATABASES =
            List.of("saga", "order", "inventory", "payment", "shipping", "invoicing");

    private final Path folder;
    private final KafkaBroker kafka;
    private final int port;
    private final List<Router> routers = new ArrayList<>();
    private PostgresServer postgresql;

    Backbone(Path folder) {
        this.folder = folder;
        postgresql = PostgresServer.start(folder.resolve("postgresql"), 0, DATABASES);
        port = postgresql.port();
        kafka = KafkaBroker.start(folder.resolve("kafka"), 0);
    }

    /**
     * A whole application in a process of its own, with ports of its own; not ready yet.
     *
     * @param name of its log file
     * @param more properties that win over the checkout's
     */
    Router start(String name, Map<String, String> more) throws IOException {
        return start(name, more, List.of());
    }

    /** @param options of the JVM, which win over the usual ones */
    Router start(String name, Map<String, String> more, List<String> options) throws IOException {
        Map<String, String> properties = new HashMap<>();
        properties.put("embedded.postgresql", "false");
        properties.put("embedded.kafka", "false");
        properties.put("kafka.brokers", brokers());
        for (String database : DATABASES) {
            properties.put("database.%s.url".formatted(database), postgresql.url(database));
            properties.put("database.%s.user".formatted(database), postgresql.user());
            properties.put("database.%s.password".formatted(database), postgresql.password());
        }
        properties.putAll(more);
        Router router = Router.start(name, folder, properties, options);
        routers.add(router);
        return router;
    }

    String brokers() {
        return kafka.bootstrapServers();
    }

    /** Connects anew each time. */
    JdbcClient sql(String database) {
        return JdbcClient.create(
                new DriverManagerDataSource(postgresql.url(database), postgresql.user(), postgresql.password()));
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(postgresql.url(database), postgresql.user(), postgresql.password());
    }

    /** Clients are cut off. */
    void stopDatabase() {
        postgresql.close();
    }

    void startDatabase() {
        postgresql = PostgresServer.start(folder.resolve("postgresql"), port, DATABASES);
    }

    @Override
    public void close() {
        routers.forEach(Router::kill);
        kafka.close();
        postgresql.close();
    }
}
