package org.bactrian.camel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what operators decide from the signals by which they say it. */
final class OperatorWords {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorWords.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private OperatorWords() {}

    /** Empty if the signal is none of theirs, or makes no sense: then nothing comes of it. */
    static Optional<OperatorWord> in(LoggedSignal signal) {
        if (!signal.name().startsWith(OperatorWord.RESERVED)) {
            return Optional.empty();
        }
        try {
            JsonNode body = JSON.readTree(signal.content().body());
            String step = body.path("step").isTextual() ? body.path("step").asText() : null;
            return OperatorWord.of(signal.name(), step, body.path("reason").asText());
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("signal {} cannot be read as an operator's word", signal.name(), e);
            return Optional.empty();
        }
    }
}
