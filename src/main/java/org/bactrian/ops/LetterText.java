package org.bactrian.ops;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.bactrian.barrier.Letter;

/** Dead letters for a person's eyes. */
final class LetterText {
    private static final int LINE = 120;
    private static final int SHORTEST_REASON = 30;
    private static final List<String> TITLES = List.of("NAME", "WHEN", "TYPE", "REASON");

    private LetterText() {}

    /** One line each below a header row; the reason is cut so that lines fit {@value LINE} characters. */
    static String list(List<DeadLetter> letters) {
        List<List<String>> rows = new ArrayList<>(List.of(TITLES));
        letters.forEach(letter -> rows.add(List.of(
                letter.name(),
                letter.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                oneLine(letter.header("messageType").orElse("-")),
                oneLine(letter.reasons()))));
        int[] widths = new int[TITLES.size() - 1];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[at] =
                    rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0);
        }
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
    }

    /** All there is, the body last. */
    static String show(DeadLetter letter) {
        byte[] key = letter.originKey();
        var text = new StringBuilder(letter.name()).append('\n');
        field(text, "when", letter.at().toString());
        field(text, "topic", letter.kept().topic());
        field(text, Letter.ORIGIN_TOPIC, letter.originTopic());
        field(
                text,
                Letter.ORIGIN_PARTITION,
                letter.header(Letter.ORIGIN_PARTITION).orElse("-"));
        field(text, Letter.ORIGIN_OFFSET, letter.header(Letter.ORIGIN_OFFSET).orElse("-"));
        field(
                text,
                Letter.ORIGIN_AT,
                Payload.printable(letter.header(Letter.ORIGIN_AT).orElse("-")));
        field(text, Letter.ORIGIN_KEY, key == null ? "none" : bytes(key));
        text.append("headers\n");
        letter.originHeaders().forEach(header -> field(text, Payload.printable(header.key()), value(header)));
        text.append("reasons\n");
        letter.reasons()
                .lines()
                .forEach(line ->
                        text.append("  ").append(Payload.printable(line)).append('\n'));
        return text.append(body(letter)).toString();
    }

    /** As text if it is some, else in hexadecimal. */
    static String bytes(byte[] bytes) {
        return Payload.text(bytes).orElseGet(() -> Payload.hex(bytes));
    }

    /** The first line, as in lists. */
    static String oneLine(String text) {
        return Payload.printable(text.lines().findFirst().orElse("")).strip();
    }

    private static String value(Header header) {
        byte[] value = header.value();
        return value == null ? "null" : bytes(value);
    }

    private static String body(DeadLetter letter) {
        byte[] body = letter.originValue();
        if (body == null || body.length == 0) {
            return letter.omitted() ? "body, too large to be kept" : body == null ? "no body" : "body, empty";
        }
        Optional<String> json = Payload.json(body).map(Payload::pretty);
        Optional<String> text = Payload.text(body);
        String kind = json.isPresent() ? "JSON" : text.isPresent() ? "text" : "neither JSON nor text, in hexadecimal";
        return "body, %d bytes, %s\n%s"
                .formatted(body.length, kind, json.or(() -> text).orElseGet(() -> Payload.hex(body)));
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append("  %-18s %s\n".formatted(name, value));
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            line.append(row.get(column))
                    .append(" ".repeat(widths[column] - row.get(column).length() + 2));
        }
        String reason = row.get(widths.length);
        int room = Math.max(SHORTEST_REASON, LINE - line.length());
        return line + (reason.length() <= room ? reason : reason.substring(0, room - 3) + "...");
    }
}
