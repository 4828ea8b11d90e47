package org.bactrian.lint;

import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.util.URISupport;

/**
 * An endpoint's URI, its keys resolved.
 *
 * @param path without slashes at its beginning and without options
 */
record Address(String scheme, String path, Map<String, String> options) {
    private static final Pattern EXPRESSION = Pattern.compile("\\$(simple)?\\{");

    static Address of(String uri) {
        String plain = uri.strip();
        int colon = plain.indexOf(':');
        int question = plain.indexOf('?');
        int end = question < 0 ? plain.length() : question;
        String scheme = colon < 0 || colon > end ? plain.substring(0, end) : plain.substring(0, colon);
        String path = colon < 0 || colon > end ? "" : plain.substring(colon + 1, end);
        return new Address(
                scheme, path.replaceFirst("^/+", ""), question < 0 ? Map.of() : options(plain.substring(question + 1)));
    }

    /** The option's value; empty if it is not given. */
    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** Whether even the component is known only when a message is there. */
    boolean isUnknown() {
        return EXPRESSION.matcher(scheme).find();
    }

    /** Whether the address depends on the message. */
    boolean isDynamic() {
        return isUnknown() || EXPRESSION.matcher(path).find();
    }

    /** What it can lead to: the path, with anything where an expression stands. */
    Pattern possible() {
        return Pattern.compile(java.util.Arrays.stream(path.split("\\$(?:simple)?\\{[^}]*}", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
    }

    /** As it is shown: without options, which can be long and secret. */
    String shown() {
        return path.isEmpty() ? scheme : scheme + ":" + (isWeb() ? "//" : "") + path;
    }

    boolean isWeb() {
        return scheme.equals("http") || scheme.equals("https");
    }

    private static Map<String, String> options(String query) {
        try {
            return URISupport.parseQuery(query).entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, option -> String.valueOf(option.getValue())));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'%s' are no options of an endpoint".formatted(query), e);
        }
    }
}
