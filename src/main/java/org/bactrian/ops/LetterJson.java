package org.bactrian.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.bactrian.barrier.Letter;

/** Dead letters for programs. */
final class LetterJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private LetterJson() {}

    static String list(List<DeadLetter> letters) {
        ArrayNode list = NODES.arrayNode();
        letters.forEach(letter -> list.add(common(letter)));
        return Payload.pretty(list);
    }

    /** With exactly one of body (JSON), bodyText, bodyHex and bodyOmitted, or none of them if there is no body. */
    static String show(DeadLetter letter) {
        ObjectNode shown = common(letter);
        letter.header(Letter.ORIGIN_PARTITION).ifPresent(text -> shown.put(Letter.ORIGIN_PARTITION, text));
        letter.header(Letter.ORIGIN_OFFSET).ifPresent(text -> shown.put(Letter.ORIGIN_OFFSET, text));
        letter.header(Letter.ORIGIN_AT).ifPresent(text -> shown.put(Letter.ORIGIN_AT, Payload.printable(text)));
        byte[] key = letter.originKey();
        shown.put(Letter.ORIGIN_KEY, key == null ? null : LetterText.bytes(key));
        ArrayNode headers = shown.putArray("headers");
        letter.originHeaders().forEach(header -> {
            byte[] value = header.value();
            headers.addObject()
                    .put("name", Payload.printable(header.key()))
                    .put("value", value == null ? null : LetterText.bytes(value));
        });
        if (letter.omitted()) {
            shown.put("bodyOmitted", true);
        }
        byte[] body = letter.originValue();
        if (body != null) {
            shown.put("bodyBytes", body.length);
            body(shown, body);
        }
        return Payload.pretty(shown);
    }

    private static void body(ObjectNode shown, byte[] body) {
        Optional<JsonNode> json = Payload.json(body);
        Optional<String> text = Payload.text(body);
        if (json.isPresent()) {
            shown.set("body", json.get());
        } else if (text.isPresent()) {
            shown.put("bodyText", text.get());
        } else {
            shown.put("bodyHex", Payload.hex(body));
        }
    }

    private static ObjectNode common(DeadLetter letter) {
        return NODES.objectNode()
                .put("name", letter.name())
                .put("topic", letter.kept().topic())
                .put(Letter.ORIGIN_TOPIC, letter.originTopic())
                .put("at", letter.at().toString())
                .put(
                        "messageType",
                        letter.header("messageType").map(Payload::printable).orElse(null))
                .put(Letter.REASONS, Payload.printable(letter.reasons()));
    }
}
