package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.bactrian.RunningApplication;
import org.bactrian.log.ArchiveAges;
import org.bactrian.log.SagaArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.JdbcTemplate;

/** An order whose saga was archived, as its client sees it. */
@ExtendWith(RunningApplication.Extension.class)
class ArchivedOrderIT {

    @Test
    void archived_theApiAnswersAsBeforeAndTheSameOrderIsTheSameSaga(RunningApplication application) {
        var client = new Client(application);
        var order = anOrder().paidWith("tok-9999");
        String placed = client.place(order).body();
        JsonNode id = Client.json(client.place(order)).get("sagaId");
        String list = "/api/sagas?key=" + order.id();
        String saga = client.get("/api/sagas/" + id.textValue()).body();
        String composed = client.get("/api/orders/" + order.id()).body();
        String listed = client.get(list).body();

        archive(application);

        assertThat(count(application, "saga", id)).isZero();
        assertThat(client.get("/api/sagas/" + id.textValue()).body()).isEqualTo(saga);
        assertThat(client.get("/api/orders/" + order.id()).body()).isEqualTo(composed);
        assertThat(client.get(list).body()).isEqualTo(listed).contains(id.textValue());
        assertThat(client.place(order).body()).isEqualTo(placed);
        assertThat(client.place(order.by(77)).statusCode()).isEqualTo(409);
        assertThat(count(application, "saga_archive", id)).isOne();
    }

    @Test
    void shippedSettings_archiveNothingThatHasJustEnded(RunningApplication application) {
        JsonNode id = Client.json(new Client(application).place(anOrder())).get("sagaId");

        assertThat(application.bean("sagaArchive", SagaArchive.class).next()).isZero();

        assertThat(count(application, "saga", id)).isOne();
        assertThat(application.context().getRoute("archive-sagas")).isNotNull();
    }

    /** As if it had ended long ago: what has ended before now. */
    private static void archive(RunningApplication application) {
        var atOnce = new ArchiveAges(Optional.of(Duration.ofMillis(1)), Optional.empty(), Optional.empty());
        var archive = new SagaArchive(application.bean("sagaDatabase", DataSource.class), atOnce);
        Awaitility.await().until(() -> archive.next() == 0);
    }

    private static int count(RunningApplication application, String table, JsonNode id) {
        Integer count = new JdbcTemplate(application.bean("sagaDatabase", DataSource.class))
                .queryForObject(
                        "SELECT count(*) FROM %s WHERE saga_id = ?::uuid".formatted(table),
                        Integer.class,
                        id.textValue());
        return count == null ? 0 : count;
    }
}
