package org.bactrian.participants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.participants.Orders.item;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.bactrian.participants.Topics.Message;
import org.bactrian.saga.Refused;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InventoryIT {
    @SuppressWarnings("NullAway.Init")
    private static TestBroker kafka;

    @SuppressWarnings("NullAway.Init")
    private static Topics topics;

    @SuppressWarnings("NullAway.Init")
    private static Participant inventory;

    private final Orders order = Orders.any("reserve-inventory");

    @BeforeAll
    static void start() throws Exception {
        kafka = new TestBroker();
        topics = new Topics(kafka.address());
        inventory = new Participant("inventory", kafka.address()).start();
    }

    @AfterAll
    static void stop() {
        inventory.close();
        topics.close();
        kafka.close();
    }

    private void command(String type, String body) {
        String call = switch (type) {
            case "ReserveInventory" -> "action";
            case "ConfirmInventory" -> "completion";
            default -> "compensation";
        };
        Map<String, String> headers = new LinkedHashMap<>(order.headers(call));
        headers.put("messageType", type);
        headers.put("Long-Running-Action", "http://lra/1");
        topics.send("inventory.command", order.saga().toString(), headers, body);
    }

    private void reserve(String... items) {
        command("ReserveInventory", order.json(1, "tok-1", String.join(",", items)));
    }

    private List<Message> replies(int count) {
        await().until(() ->
                topics.of("inventory.reply", order.saga().toString()).size() == count);
        return topics.of("inventory.reply", order.saga().toString());
    }

    private static String books(String sku) {
        return inventory.get("/inventory/stock/" + sku).toString();
    }

    private static void restock(String sku, long available) {
        inventory.sql().update("INSERT INTO stock (sku, available) VALUES (?, ?)", sku, available);
    }

    private String reservation() {
        return inventory.get("/inventory/reservations/" + order.orderId()).toString();
    }

    @Test
    void seeded_asDesigned() {
        assertThat(books("B-2")).isEqualTo("200 {\"sku\":\"B-2\",\"available\":1000,\"reserved\":0,\"sold\":0}");
        assertThat(inventory.get("/inventory/stock/Z-9").problem()).isEqualTo("404 There is no sku Z-9.");
    }

    @Test
    void reservedTwiceAndConfirmedTwice_isSoldOnce() {
        restock("S-1", 10);
        reserve(item("S-1", 2, 1), item("A-1", 1, 1), item("S-1", 3, 1));
        reserve(item("S-1", 2, 1), item("A-1", 1, 1), item("S-1", 3, 1));
        assertThat(replies(2))
                .extracting(Message::toString)
                .containsOnly("InventoryReserved {\"status\":\"RESERVED\"}");
        assertThat(books("S-1")).isEqualTo("200 {\"sku\":\"S-1\",\"available\":5,\"reserved\":5,\"sold\":0}");
        assertThat(reservation())
                .isEqualTo("200 {\"status\":\"RESERVED\",\"items\":[{\"sku\":\"A-1\",\"quantity\":1},"
                        + "{\"sku\":\"S-1\",\"quantity\":5}]}");

        command("ConfirmInventory", "{}");
        command("ConfirmInventory", "{}");
        assertThat(replies(4).subList(2, 4))
                .extracting(Message::toString)
                .containsOnly("InventoryConfirmed {\"status\":\"CONFIRMED\"}");
        assertThat(books("S-1")).isEqualTo("200 {\"sku\":\"S-1\",\"available\":5,\"reserved\":0,\"sold\":5}");
    }

    @Test
    void released_givesItBackAndRepliesUnderTheCommandsKey() {
        restock("S-2", 10);
        reserve(item("S-2", 10, 1));
        command("ReleaseInventory", "{}");
        Message released = replies(2).get(1);
        assertThat(released).hasToString("InventoryReleased {\"status\":\"RELEASED\"}");
        assertThat(released.headers())
                .isEqualTo(Map.of(
                        "sagaId", order.saga().toString(),
                        "sagaStep", "reserve-inventory",
                        "sagaCall", "compensation",
                        "messageType", "InventoryReleased",
                        "Long-Running-Action", "http://lra/1",
                        "Content-Type", "application/json"));
        assertThat(books("S-2")).isEqualTo("200 {\"sku\":\"S-2\",\"available\":10,\"reserved\":0,\"sold\":0}");
    }

    @Test
    void tooLittleOrUnknown_isRefusedWholeAndItsReleaseUndoesNothing() {
        restock("S-3", 10);
        reserve(item("S-3", 4, 1), item("C-3", 1, 1), item("Z-9", 1, 1));
        command("ReleaseInventory", "{}");
        List<Message> replies = replies(2);
        assertThat(Participant.parse(replies.get(0).body()).get("reason").asText())
                .isEqualTo("sku C-3: 1 wanted, 0 available; unknown sku Z-9");
        assertThat(replies.get(0).toString()).startsWith("InventoryRefused ");
        assertThat(replies.get(1).headers()).containsEntry("messageType", "InventoryReleased");
        assertThat(books("S-3")).isEqualTo("200 {\"sku\":\"S-3\",\"available\":10,\"reserved\":0,\"sold\":0}");
        assertThat(reservation()).startsWith("404");
    }

    @Test
    void manyAtOnceForTheSameSkusInAnyOrder_takeNoMoreThanThereIs() throws Exception {
        restock("S-5", 10);
        restock("S-6", 10);
        ProducerTemplate caller = inventory.context().createProducerTemplate();
        List<Callable<Exchange>> orders = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String[] items = {item("S-5", 1, 1), item("S-6", 1, 1)};
            Orders any = Orders.any("reserve-inventory");
            String body = any.json(1, "tok-1", items[i % 2] + "," + items[(i + 1) % 2]);
            orders.add(() -> caller.request("direct:hold-stock", exchange -> {
                exchange.getMessage().setBody(body);
                exchange.getMessage().getHeaders().putAll(any.headers("action"));
            }));
        }
        ExecutorService clients = Executors.newFixedThreadPool(8);
        int reserved = 0;
        for (Future<Exchange> each : clients.invokeAll(orders)) {
            Exception failure = each.get().getException();
            assertThat(failure)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            refused -> assertThat(refused)
                                    .isInstanceOf(Refused.class)
                                    .hasMessage("sku S-5: 1 wanted, 0 available; sku S-6: 1 wanted, 0 available"));
            reserved += failure == null ? 1 : 0;
        }
        clients.shutdown();
        assertThat(reserved).isEqualTo(10);
        assertThat(books("S-5")).isEqualTo("200 {\"sku\":\"S-5\",\"available\":0,\"reserved\":10,\"sold\":0}");
    }

    @Test
    void releasedBeforeReserved_isRefused() {
        command("ReleaseInventory", "{}");
        reserve(item("B-2", 1, 1));
        List<Message> replies = replies(2);
        assertThat(replies.get(0).headers()).containsEntry("messageType", "InventoryReleased");
        assertThat(replies.get(1).toString())
                .isEqualTo("InventoryRefused {\"reason\":\"reserve-inventory was undone before it was done\"}");
        assertThat(reservation()).startsWith("404");
    }

    @Test
    void malformed_isBuriedInsteadOfBlockingTheTopic() {
        command("ReserveInventory", "{\"items\":");
        command("ReserveInventory", order.json(1, "tok-1", item("A-1", -1, 1)));
        command("ReserveInventory", order.json(1, "tok-1", ""));
        command("Reserve", "{}");
        topics.send("inventory.command", order.saga().toString(), Map.of("messageType", "ReserveInventory"), "{}");
        await().until(() -> topics.uncommitted("inventory.command", "inventory") == 0);
        assertThat(topics.all("inventory.command.dead"))
                .filteredOn(buried ->
                        order.saga().toString().equals(buried.headers().get("originKey")))
                .extracting(buried -> buried.headers().get("reasons"))
                .satisfiesExactly(
                        notJson -> assertThat(notJson).contains("invalid input syntax for type json"),
                        negative -> assertThat(negative).contains("null value in column \"quantity\""),
                        nothing -> assertThat(nothing).contains("items must name at least one sku"),
                        type -> assertThat(type).contains("messageType must be", "is 'Reserve'"),
                        nobody -> assertThat(nobody).contains("header sagaId must be set"));
        assertThat(topics.of("inventory.reply", order.saga().toString())).isEmpty();
    }

    @Test
    void headerOfHundredsOfKilobytes_isBuriedAndQuotedInPart() {
        Map<String, String> headers = new LinkedHashMap<>(order.headers("action"));
        headers.put("messageType", "ReserveInventory");
        headers.put("sagaStep", "\u00ff".repeat(200_000));
        topics.send("inventory.command", order.saga().toString(), headers, "{}");
        headers.put("messageType", "Reserve".repeat(50_000));
        topics.send("inventory.command", order.saga().toString(), headers, "{}");

        await().until(() -> topics.uncommitted("inventory.command", "inventory") == 0);
        assertThat(buried())
                .extracting(record -> record.headers().get("reasons"))
                .satisfiesExactly(
                        step -> assertThat(step)
                                .startsWith("header sagaStep must be kebab-case")
                                .hasSizeLessThan(400),
                        type -> assertThat(type)
                                .startsWith("header messageType must be")
                                .hasSizeLessThan(400));
        assertThat(buried())
                .allSatisfy(record -> assertThat(record.headers()).containsEntry("sagaStep", headers.get("sagaStep")));
    }

    @Test
    void databaseFailsTwice_commandIsDoneLaterAndNothingIsSkipped() {
        restock("S-4", 10);
        failUpdatesOf("S-4", 2, "P0001");
        reserve(item("S-4", 1, 1));
        command("ConfirmInventory", "{}");
        assertThat(replies(2))
                .extracting(reply -> reply.headers().get("messageType"))
                .containsExactly("InventoryReserved", "InventoryConfirmed");
        assertThat(books("S-4")).isEqualTo("200 {\"sku\":\"S-4\",\"available\":9,\"reserved\":0,\"sold\":1}");
        assertThat(buried()).isEmpty();
        await().until(() -> topics.uncommitted("inventory.command", "inventory") == 0);
    }

    @Test
    void databaseAwayForLong_commandIsReadUntilItIsDone() {
        restock("S-7", 10);
        failUpdatesOf("S-7", 12, "57P01"); // admin_shutdown
        reserve(item("S-7", 1, 1));
        assertThat(replies(1))
                .extracting(reply -> reply.headers().get("messageType"))
                .containsExactly("InventoryReserved");
        assertThat(books("S-7")).isEqualTo("200 {\"sku\":\"S-7\",\"available\":9,\"reserved\":1,\"sold\":0}");
        assertThat(buried()).isEmpty();
    }

    @Test
    void failsEachTime_isBuriedAsItCameAndTheNextIsTaken() {
        restock("S-8", 10);
        restock("S-9", 10);
        failUpdatesOf("S-8", Integer.MAX_VALUE, "P0001");
        reserve(item("S-8", 1, 1));
        Orders next = Orders.any("reserve-inventory");
        topics.send(
                "inventory.command",
                next.saga().toString(),
                Map.of(
                        "sagaId", next.saga().toString(),
                        "sagaStep", "reserve-inventory",
                        "sagaCall", "action",
                        "messageType", "ReserveInventory"),
                next.json(1, "tok-1", item("S-9", 1, 1)));

        await().until(() -> books("S-9").contains("\"reserved\":1"));
        assertThat(buried()).singleElement().satisfies(record -> {
            assertThat(record.body()).isEqualTo(order.json(1, "tok-1", item("S-8", 1, 1)));
            assertThat(record.headers())
                    .containsEntry("sagaId", order.saga().toString())
                    .containsEntry("sagaCall", "action")
                    .containsEntry("messageType", "ReserveInventory")
                    .containsEntry("originTopic", "inventory.command")
                    .containsEntry("originPartition", "0")
                    .containsKey("originOffset")
                    .hasEntrySatisfying(
                            "reasons", reasons -> assertThat(reasons).contains("disk on fire"));
        });
        assertThat(books("S-8")).isEqualTo("200 {\"sku\":\"S-8\",\"available\":10,\"reserved\":0,\"sold\":0}");
    }

    private List<Message> buried() {
        return topics.all("inventory.command.dead").stream()
                .filter(record ->
                        order.saga().toString().equals(record.headers().get("originKey")))
                .toList();
    }

    /** A sequence counts what a rollback does not undo. */
    private static void failUpdatesOf(String sku, int times, String state) {
        String name = sku.toLowerCase(Locale.ROOT).replace("-", "");
        inventory.sql().execute("""
                        CREATE SEQUENCE fault_%1$s;
                        CREATE FUNCTION fail_%1$s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                            IF nextval('fault_%1$s') <= %2$d THEN
                                RAISE EXCEPTION 'disk on fire' USING ERRCODE = '%3$s';
                            END IF;
                            RETURN NEW;
                        END $$;
                        CREATE TRIGGER fault_%1$s BEFORE UPDATE ON stock
                        FOR EACH ROW WHEN (OLD.sku = '%4$s') EXECUTE FUNCTION fail_%1$s();
                        """.formatted(name, times, state, sku));
    }
}
