package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.ops.Letterbox.header;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.bactrian.embedded.KafkaBroker;
import org.bactrian.ops.Terminal.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands dead list, show and replay as a person gives them, on a Kafka with the shipped configuration. */
class DeadCommandIT {
    private static final long MORNING = 1_790_000_000_000L; // 2026-09-21T14:13:20Z
    private static final byte[] BINARY = {(byte) 0xff, 0, 1, (byte) 0xfe};
    private static final byte[] ORDER =
            "{\"orderId\":\"o-1\",\"total\":1.10,\"payment\":{\"cardToken\":\"tok-4711-8888\"}}".getBytes(UTF_8);

    private static KafkaBroker kafka;
    private final Instant fresh = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private Letterbox box;

    @BeforeAll
    static void startKafka(@TempDir Path folder) {
        kafka = KafkaBroker.start(folder, 0);
    }

    @BeforeEach
    void createTopics() throws Exception {
        box = new Letterbox(kafka.bootstrapServers());
        box.createTopics("order.placed", "order.placed.dead", "order.event", "order.event.dead");
    }

    @AfterEach
    void deleteTopics() throws Exception {
        box.deleteTopics();
        box.close();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void nothingIsDead_listSaysSo() {
        assertThat(dead("list")).isEqualTo(new Answer("No dead letters.\n", "", 0));
        assertThat(dead("list", "--json")).isEqualTo(new Answer("[ ]\n", "", 0));
        assertThat(dead("replay", "--all")).isEqualTo(new Answer("No dead letters.\n", "", 0));
    }

    @Test
    void severalAreDead_oneLineEachTheOldestOfATopicFirst() throws Exception {
        buryThree();
        String reason = "required property 'items' not found, and much more that is wrong with it, ".repeat(2);
        box.bury("order.placed-1@3", MORNING - 5_000, null, ORDER, header("reasons", reason));

        assertThat(dead("list")).isEqualTo(new Answer("""
                NAME               WHEN                  TYPE          REASON
                order.event-0@4    2026-09-21T14:13:20Z  InvoiceMoved  no such event
                order.placed-1@3   2026-09-21T14:13:15Z  -             required property 'items' not found, and much more that is wro...
                order.placed-1@20  2026-09-21T14:13:21Z  -             not JSON
                order.placed-2@17  2026-09-21T14:13:22Z  -             There are 2 faults.
                """, "", 0));
    }

    @Test
    void oneTopicAsked_withOrWithoutItsEnding() throws Exception {
        buryThree();

        assertThat(dead("list", "order.event").out())
                .contains("order.event-0@4")
                .doesNotContain("order.placed-");
        assertThat(dead("list", "order.event.dead")).isEqualTo(dead("list", "order.event"));
        assertThat(dead("list", "order.evnt"))
                .isEqualTo(new Answer("", "bactrian: Kafka has no topic order.evnt.dead\n", 1));
    }

    @Test
    void buriedTwice_isOneAndTheLastCounts() throws Exception {
        box.bury("order.placed-2@17", MORNING, "o-1", ORDER, header("reasons", "first"));
        box.bury("order.placed-2@17", MORNING + 1_000, "o-1", ORDER, header("reasons", "second"));

        JsonNode list = new ObjectMapper().readTree(dead("list", "--json").out());

        assertThat(list.findValuesAsText("name")).containsExactly("order.placed-2@17");
        assertThat(list.findValuesAsText("reasons")).containsExactly("second");
        assertThat(list.findValuesAsText("at")).containsExactly("2026-09-21T14:13:21Z");
    }

    @Test
    void markedAsReplayed_isGoneUntilItIsBuriedAgain() throws Exception {
        box.bury("order.placed-2@17", MORNING, "o-1", ORDER);
        box.send(new ProducerRecord<>("order.placed.dead", "order.placed-2@17".getBytes(UTF_8), null));
        assertThat(dead("list").out()).isEqualTo("No dead letters.\n");

        box.bury("order.placed-2@17", MORNING, null, new byte[0], header("originValue", "none"));
        assertThat(dead("list").out()).contains("order.placed-2@17");
        assertThat(dead("show", "order.placed-2@17").out()).contains("originKey          none", "no body");
    }

    @Test
    void recordThatIsNoLetter_isLeftOutAndSaid() throws Exception {
        box.send(new ProducerRecord<>("order.placed.dead", "o-1".getBytes(UTF_8), ORDER));
        box.send(new ProducerRecord<>("order.placed.dead", "order.event-2@17".getBytes(UTF_8), ORDER));

        Answer answer = dead("list", "order.placed");

        assertThat(answer.out()).isEqualTo("No dead letters.\n");
        assertThat(answer.err())
                .isEqualTo("bactrian: left out of order.placed.dead: 2 records that are no dead letters,"
                        + " for their key is no name\n");
    }

    @Test
    void show_everythingButTheCardToken() throws Exception {
        buryThree();

        assertThat(dead("show", "order.placed-2@17"))
                .isEqualTo(new Answer("""
                order.placed-2@17
                  when               2026-09-21T14:13:22Z
                  topic              order.placed.dead
                  originTopic        order.placed
                  originPartition    2
                  originOffset       17
                  originAt           FRESH
                  originKey          o-1
                headers
                  sagaId             s-1
                  sagaId             \\u001b[31mred
                reasons
                  There are 2 faults.
                  One is the token: {"cardToken":"****8888"}
                body, 70 bytes, JSON
                {
                  "orderId" : "o-1",
                  "total" : 1.10,
                  "payment" : {
                    "cardToken" : "****8888"
                  }
                }
                """.replace("FRESH", fresh.toString()), "", 0));
    }

    @Test
    void showInJson_everythingButTheCardToken() throws Exception {
        buryThree();

        Answer answer = dead("show", "order.placed-2@17", "--json");
        JsonNode shown = new ObjectMapper().readTree(answer.out());

        assertThat(answer.out()).doesNotContain("4711");
        assertThat(shown.at("/originKey").asText()).isEqualTo("o-1");
        assertThat(shown.at("/originOffset").asText()).isEqualTo("17");
        assertThat(shown.at("/headers/0")).isEqualTo(new ObjectMapper().readTree("""
                {"name": "sagaId", "value": "s-1"}"""));
        assertThat(shown.at("/reasons").asText()).startsWith("There are 2 faults.\nOne");
        assertThat(shown.at("/body/payment/cardToken").asText()).isEqualTo("****8888");
        assertThat(shown.at("/bodyBytes").asInt()).isEqualTo(70);
    }

    @Test
    void showBinary_inHexadecimal() throws Exception {
        buryThree();

        assertThat(dead("show", "order.event-0@4").out())
                .endsWith("body, 4 bytes, neither JSON nor text, in hexadecimal\nff 00 01 fe\n");
        assertThat(dead("show", "order.event-0@4", "--json").out()).contains("\"bodyHex\" : \"ff 00 01 fe\"");
    }

    @Test
    void replay_originTopicHasItAsItCameAndItIsDeadNoMore() throws Exception {
        buryThree();

        Answer answer = dead("replay", "order.placed-2@17", "order.event-0@4", "order.placed-2@17");

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out().lines().map(line -> line.replaceFirst("-[01]@0$", "-P@0")))
                .containsExactly(
                        "order.placed-2@17  sent as order.placed-P@0",
                        "order.event-0@4  sent as order.event-P@0",
                        "2 of 2 replayed");
        assertThat(box.of("order.placed")).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("o-1".getBytes(UTF_8));
            assertThat(record.value()).isEqualTo(ORDER);
            assertThat(record.headers()).containsExactly(header("sagaId", "s-1"), header("sagaId", "\u001b[31mred"));
        });
        assertThat(box.of("order.event")).singleElement().satisfies(record -> {
            assertThat(record.key()).isNull();
            assertThat(record.value()).isEqualTo(BINARY);
            assertThat(record.headers())
                    .containsExactly(
                            header("messageType", "InvoiceMoved"),
                            new RecordHeader("count", BINARY),
                            new RecordHeader("nothing", (byte[]) null));
        });
        assertThat(dead("list", "--json").out())
                .contains("order.placed-1@20")
                .doesNotContain("order.placed-2@17", "order.event");
    }

    @Test
    void replayOfARecordWithoutValue_hasNone() throws Exception {
        box.bury("order.event-0@9", MORNING, "o-1", new byte[0], header("originValue", "none"));

        dead("replay", "--force", "order.event-0@9");

        assertThat(box.of("order.event")).singleElement().satisfies(record -> {
            assertThat(record.value()).isNull();
            assertThat(record.headers()).isEmpty();
        });
    }

    @Test
    void onlyThePlaceIsKept_showSaysSoAndReplayRefusesItAlone() throws Exception {
        box.bury("order.placed-2@17", MORNING, "o-1", new byte[0], header("originValue", "omitted"));
        box.bury("order.placed-2@18", fresh.toEpochMilli(), "o-1", ORDER);

        assertThat(dead("show", "order.placed-2@17").out()).endsWith("body, too large to be kept\n");
        assertThat(dead("show", "order.placed-2@17", "--json").out()).contains("\"bodyOmitted\" : true");
        Answer answer = dead("replay", "--all");

        assertThat(answer.out()).startsWith("order.placed-2@18  sent as ").endsWith("\n1 of 2 replayed\n");
        assertThat(answer.err())
                .isEqualTo("bactrian: order.placed-2@17 was not replayed: it was too large to be kept;"
                        + " have order.placed's sender send it again in smaller parts\n");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(box.of("order.placed")).hasSize(1);
        assertThat(dead("list").out()).contains("order.placed-2@17");
    }

    @Test
    void olderThanParticipantsRemember_isReplayedByForceAlone() throws Exception {
        Instant old = Instant.now().minus(31, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
        box.bury("order.event-0@1", fresh.toEpochMilli(), "o-1", ORDER, header("originAt", old.toString()));
        box.bury("order.event-0@2", old.toEpochMilli(), "o-1", ORDER);
        box.bury("order.event-0@3", old.toEpochMilli(), "o-1", ORDER, header("originAt", fresh.toString()));
        box.bury("order.event-0@4", fresh.toEpochMilli(), "o-1", ORDER, header("originAt", "yesterday"));

        Answer answer = dead("replay", "--all");

        assertThat(answer.out()).contains("order.event-0@3  sent", "order.event-0@4  sent", "2 of 4 replayed");
        assertThat(answer.err().lines())
                .containsExactlyInAnyOrder(refusal("order.event-0@1", old), refusal("order.event-0@2", old));
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(box.of("order.event")).hasSize(2);
        assertThat(dead("replay", "--all", "--force").out()).endsWith("2 of 2 replayed\n");
    }

    private static String refusal(String name, Instant from) {
        return ("bactrian: %s was not replayed: it is from %s, and participants forget after 720 h (barrier.keep)"
                        + " what they have done or undone, and would do it; see to it that its saga still waits for it,"
                        + " then say --force")
                .formatted(name, from);
    }

    @Test
    void replay_theMarkIsATombstoneInTheLettersPartition() throws Exception {
        box.bury("order.placed-2@17", MORNING, "o-1", ORDER);

        dead("replay", "order.placed-2@17", "--force");

        var kept = box.of("order.placed.dead");
        assertThat(kept).hasSize(2);
        assertThat(kept.get(1).key()).isEqualTo(kept.get(0).key());
        assertThat(kept.get(1).partition()).isEqualTo(kept.get(0).partition());
        assertThat(kept.get(1).value()).isNull();
        assertThat(kept.get(1).headers()).isEmpty();
    }

    @Test
    void replayAllOfATopic_leavesTheOthers() throws Exception {
        buryThree();

        assertThat(dead("replay", "--all", "order.placed").out()).endsWith("2 of 2 replayed\n");

        assertThat(box.of("order.placed")).hasSize(2);
        assertThat(box.of("order.event")).isEmpty();
        assertThat(dead("replay", "--all").out()).endsWith("1 of 1 replayed\n");
        assertThat(dead("list").out()).isEqualTo("No dead letters.\n");
    }

    @Test
    void oneNameIsUnknown_nothingIsReplayed() throws Exception {
        buryThree();

        Answer answer = dead("replay", "order.placed-2@17", "order.placed-2@18", "nonsense", "gone-0@1");

        assertThat(answer)
                .isEqualTo(new Answer(
                        "",
                        "bactrian: no dead letter has the name order.placed-2@18, nonsense, gone-0@1;"
                                + " './bactrian dead list' has the names\n",
                        1));
        assertThat(box.of("order.placed")).isEmpty();
        assertThat(dead("show", "order.placed-2@18").exitCode()).isEqualTo(1);
    }

    @Test
    void originTopicIsGone_nothingIsReplayed() throws Exception {
        buryThree();
        box.createTopics("old.dead");
        box.bury("old-0@1", MORNING, null, ORDER);

        assertThat(dead("replay", "--all"))
                .isEqualTo(
                        new Answer("", "bactrian: nothing was replayed: Kafka has no topic old; create it first\n", 1));
        assertThat(box.of("order.placed")).isEmpty();
    }

    @Test
    void ownProcess_printsTheAnswerAlone() throws Exception {
        assertThat(Terminal.giveInOwnProcess("dead", "list", "--brokers", kafka.bootstrapServers()))
                .isEqualTo(new Answer("No dead letters.\n", "", 0));
    }

    @Test
    void kafkaIsAway_oneSentenceWithinItsTime() throws Exception {
        String address = "127.0.0.1:" + freePort();

        assertThat(Terminal.giveInOwnProcess("dead", "list", "--brokers", address))
                .isEqualTo(new Answer(
                        "",
                        ("bactrian: no answer from Kafka at %s (--brokers) within 10 s;"
                                        + " is Bactrian running? Start it, or say --brokers HOST:PORT\n")
                                .formatted(address),
                        1));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void buryThree() throws Exception {
        box.bury(
                "order.placed-2@17",
                MORNING + 2_000,
                "o-1",
                ORDER,
                header("originAt", fresh.toString()),
                header("sagaId", "s-1"),
                header("sagaId", "\u001b[31mred"),
                header("reasons", "There are 2 faults.\nOne is the token: {\"cardToken\":\"tok-4711-8888\"}"));
        box.bury(
                "order.placed-1@20",
                MORNING + 1_000,
                "o-2",
                "{".getBytes(UTF_8),
                header("originAt", fresh.toString()),
                header("reasons", "not JSON"));
        box.bury(
                "order.event-0@4",
                MORNING,
                null,
                BINARY,
                header("originAt", fresh.toString()),
                header("messageType", "InvoiceMoved"),
                new RecordHeader("count", BINARY),
                new RecordHeader("nothing", (byte[]) null),
                header("reasons", "no such event"));
    }

    private static Answer dead(String... arguments) {
        String[] all = Arrays.copyOf(new String[] {"dead"}, arguments.length + 3);
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--brokers";
        all[all.length - 1] = kafka.bootstrapServers();
        return Terminal.give(all);
    }
}
