package org.bactrian.crash;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.bactrian.embedded.KafkaBroker;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What outlives every router of one lane: databases of its own on a PostgreSQL, and a Kafka of its own. */
final class Stores implements AutoCloseable {
    static final String LOG = "saga";
    static final List<String> DATABASES = List.of(LOG, "order", "inventory", "payment", "shipping", "invoicing");
    static final List<String> PARTICIPANTS = DATABASES.subList(1, DATABASES.size());

    private final Path folder;
    private final KafkaBroker kafka;
    private final Map<String, String> urls = new HashMap<>();
    private final Map<String, SingleConnectionDataSource> connections = new HashMap<>();

    /**
     * @param folder for files
     * @param lane no other on this PostgreSQL has this name
     */
    Stores(EmbeddedPostgres server, Path folder, String lane) {
        DataSource all = server.getPostgresDatabase();
        for (String name : DATABASES) {
            String database = lane + "_" + name;
            new JdbcTemplate(all).execute("CREATE DATABASE " + database);
            urls.put(name, server.getJdbcUrl("postgres", database));
        }
        this.folder = folder;
        kafka = KafkaBroker.start(folder.resolve("kafka"), 0);
    }

    /** For files of those who use these stores. */
    Path folder() {
        return folder;
    }

    String brokers() {
        return kafka.bootstrapServers();
    }

    /** As JDBC wants it, of each database by its name. */
    Map<String, String> urls() {
        return urls;
    }

    /** Of the test's own, past every router; one connection, for one thread at a time. */
    JdbcClient sql(String database) {
        return JdbcClient.create(
                connections.computeIfAbsent(database, name -> new SingleConnectionDataSource(url(urls, name), true)));
    }

    static String url(Map<String, String> urls, String database) {
        return Objects.requireNonNull(urls.get(database), database);
    }

    @Override
    public void close() {
        connections.values().forEach(SingleConnectionDataSource::destroy);
        kafka.close();
    }
}
