package org.bactrian.log;

import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether PostgreSQL keeps what it acknowledges: without that nothing else is worth promising. */
public final class Durability {
    private Durability() {}

    /** One sentence for each setting that would let an acknowledged commit be lost; empty if all is well. */
    public static List<String> faults(DataSource database) {
        JdbcClient sql = JdbcClient.create(database);
        return List.of("fsync", "synchronous_commit").stream()
                .filter(setting -> sql.sql("SHOW " + setting)
                        .query(String.class)
                        .single()
                        .toLowerCase(Locale.ROOT)
                        .equals("off"))
                .map(setting -> "PostgreSQL runs the saga log with %s=off and may lose what it acknowledged; turn it on"
                        .formatted(setting))
                .toList();
    }
}
