package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** JSON as all who are sent it can read it: in UTF-8 and without a byte order mark (RFC 8259, section 8.1). */
final class JsonText {
    /** What is said of anything else. */
    static final String UNREADABLE = "it is not JSON in UTF-8 (without a byte order mark) that can be read";

    private JsonText() {}

    /** Other encodings make text that is no JSON. */
    static String of(byte[] body) throws CharacterCodingException {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    }
}
