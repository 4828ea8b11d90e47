package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two thousand requests that nobody should send, made from a seed; {@code -Dhostile.seed=} repeats a run. */
@ExtendWith(RunningApplication.Extension.class)
class HostileRequestsIT {
    private static final int REQUESTS = 2_000;
    private static final int SOCKET_MILLIS = 20_000;
    private static final List<String> STRINGS = List.of(
            "",
            " ",
            "\u0000",
            "\uD800",
            "'; DROP TABLE saga; --",
            "${header.orderId}",
            "${sys:user.home}",
            "{{kafka.brokers}}",
            "../../etc/passwd",
            "<script>",
            "%00",
            "A".repeat(5_000),
            "\u202E",
            "null",
            "-0",
            "RAW(x)",
            "#bean:x",
            "simple:${body}",
            "file:/etc/passwd");

    private final Random random = new Random(Long.getLong("hostile.seed", 20_261_122L));

    @Test
    void hostileRequests_areNever5xxAndLeaveNothing(RunningApplication application) throws IOException {
        var log = JdbcClient.create(application.bean("sagaDatabase", DataSource.class));
        long before = log.sql("SELECT count(*) FROM saga").query(Long.class).single();
        var counts = new TreeMap<Integer, Integer>();

        for (int i = 0; i < REQUESTS; i++) {
            String request = request();
            int status = send(application, request);
            counts.merge(status, 1, Integer::sum);
            if (request.contains("HTTP/9.9")) {
                assertThat(status).as("what HTTP has for another HTTP").isEqualTo(501);
            } else {
                assertThat(status)
                        .as("request %d: %s", i, cut(request))
                        .isBetween(0, 499)
                        .isNotIn(200, 201, 202);
            }
        }

        LoggerFactory.getLogger(getClass()).info("hostile requests by status (0: connection closed): {}", counts);
        assertThat(log.sql("SELECT count(*) FROM saga").query(Long.class).single())
                .isEqualTo(before);
        assertThat(Client.json(new Client(application).place(anOrder()))
                        .get("status")
                        .textValue())
                .isEqualTo("COMPLETED");
    }

    private String request() {
        return switch (random.nextInt(8)) {
            case 0 -> post("application/json", garbage());
            case 1 -> post("application/json", truncated(anOrder().toString()));
            case 2, 3 -> post("application/json", broken(anOrder().json()).toString());
            case 4 ->
                post(
                        pick(List.of(
                                "text/plain",
                                "application/xml",
                                "multipart/form-data; boundary=x",
                                "application/x-www-form-urlencoded",
                                "application/json/x",
                                "*/*",
                                "é")),
                        anOrder().toString());
            case 5 -> post("application/json", "[".repeat(1 + random.nextInt(100_000)));
            case 6 -> get();
            default -> malformed();
        };
    }

    private ObjectNode broken(ObjectNode order) {
        int faults = 1 + random.nextInt(3);
        for (int i = 0; i < faults; i++) {
            List<String> names = new ArrayList<>();
            order.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() ? "orderId" : pick(names);
            switch (random.nextInt(4)) {
                case 0 -> order.remove(name);
                case 1 -> order.put("x" + pick(STRINGS), 1);
                case 2 -> order.putObject("shipTo").put("country", "lower");
                default -> order.set(name, wrong(name));
            }
        }
        if (order.path("orderId").asText().matches("o-[0-9a-f-]{36}")) {
            order.put("coupon", pick(STRINGS)); // whatever else is right now, this is not
        }
        return order;
    }

    private JsonNode wrong(String name) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ArrayNode deep = nodes.arrayNode();
        deep.addArray().addObject().put(pick(STRINGS), pick(STRINGS));
        return switch (random.nextInt(5)) {
            case 0 -> nodes.numberNode(random.nextBoolean() ? -1L : Long.MIN_VALUE);
            case 1 -> nodes.numberNode(1e308);
            case 2 -> nodes.nullNode();
            case 3 -> deep;
            default -> "orderId".equals(name) ? nodes.textNode(" " + pick(STRINGS)) : nodes.booleanNode(true);
        };
    }

    private String garbage() {
        var text = new StringBuilder();
        int length = random.nextInt(300);
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }

    private String truncated(String text) {
        return text.substring(0, random.nextInt(text.length()));
    }

    private String get() {
        String path = pick(List.of(
                "/api/orders/",
                "/api/orders/%2e%2e%2f",
                "/api/orders/" + "x".repeat(3_000),
                "/api/sagas/%00",
                "/api/sagas/'%20OR%201=1",
                "/api/sagas?limit=99999999999999999999",
                "/api/sagas?after=%27",
                "/api/sagas?status=STARTED&status=ABORTED&limit=0",
                "/api/sagas?limit=-1",
                "/api/nothing",
                "/inventory/stock/%27%3B",
                "/payment/customers/x",
                "/payment/customers/99999999999999999999",
                "/api/sagas/01a205d0-2b22-7000-835d-9ef05863d34b/cancel"));
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nsagaId: a\r\norderId: " + random.nextInt()
                + "\r\nCamelHttpPath: /x\r\nlimit: 0\r\nstatus: x\r\n\r\n";
    }

    private String malformed() {
        return pick(List.of(
                "GARBAGE\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
                "POST /api/orders HTTP/9.9\r\n\r\n",
                "GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "DELETE /api/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "PUT /order/orders/x/cancel HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "POST /payment/authorizations HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
                "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.1\r\n" + "X-Y: z\r\n".repeat(3_000) + "\r\n"));
    }

    private static String post(String contentType, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "POST /api/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: " + contentType
                + "\r\nContent-Length: " + length + "\r\n\r\n" + body;
    }

    /** The status that came back, 0 if the connection was closed instead. */
    private static int send(RunningApplication application, String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return answer.length() < 12 ? 0 : Integer.parseInt(answer.substring(9, 12));
        } catch (SocketException e) {
            return 0;
        }
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String cut(String text) {
        return text.length() > 600 ? text.substring(0, 600) + "…" : text;
    }
}
