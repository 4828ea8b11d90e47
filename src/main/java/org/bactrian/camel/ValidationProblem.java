package org.bactrian.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;
import org.apache.camel.component.jsonvalidator.JsonValidationException;

/** Makes a problem detail (RFC 9457) that names every fault of an invalid body, each with a JSON pointer (RFC 6901). */
public final class ValidationProblem {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_ERRORS = 50;

    /** Sets body, status 400 and content type from the exception that is being handled. */
    @Handler
    public void answer(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(problem(exchange).toString());
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 400);
        message.setHeader(Exchange.CONTENT_TYPE, "application/problem+json");
    }

    /** The same as lines of text: a sentence, then {@code pointer: detail} for each fault. */
    public String reasons(Exchange exchange) {
        JsonNode problem = problem(exchange);
        var lines = new StringBuilder(problem.get("detail").asText());
        problem.path("errors")
                .forEach(error -> lines.append('\n')
                        .append(error.get("pointer").asText())
                        .append(": ")
                        .append(error.get("detail").asText()));
        return lines.toString();
    }

    private static JsonNode problem(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        ObjectNode problem = JSON.createObjectNode()
                .put("type", "about:blank")
                .put("title", "Invalid")
                .put("status", 400);
        ArrayNode errors = JSON.createArrayNode();
        int found = 0;
        if (thrown instanceof JsonValidationException invalid && invalid.getErrors() != null) {
            found = invalid.getErrors().size();
            invalid.getErrors().stream().limit(MOST_ERRORS).forEach(error -> add(errors, error));
        }
        if (errors.isEmpty()) {
            return problem.put("detail", "The body is not JSON" + place(thrown));
        }
        problem.put("detail", sentence(found));
        return problem.set("errors", errors);
    }

    private static void add(ArrayNode errors, ValidationMessage error) {
        String text = error.getMessage();
        String location = error.getInstanceLocation() + ": ";
        errors.addObject()
                .put("pointer", pointer(error.getInstanceLocation()))
                .put("detail", text.startsWith(location) ? text.substring(location.length()) : text);
    }

    private static String sentence(int found) {
        if (found == 1) {
            return "There is 1 fault.";
        }
        return found <= MOST_ERRORS
                ? "There are %d faults.".formatted(found)
                : "There are %d faults; the first %d are listed.".formatted(found, MOST_ERRORS);
    }

    private static String pointer(JsonNodePath path) {
        var pointer = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            String name = String.valueOf(path.getElement(i));
            pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }

    private static String place(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonProcessingException json && json.getLocation() != null) {
                return " at line %d, column %d."
                        .formatted(
                                json.getLocation().getLineNr(),
                                json.getLocation().getColumnNr());
            }
        }
        return ".";
    }
}
