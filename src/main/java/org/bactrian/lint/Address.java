package org.bactrian.lint;

import java.net.URISyntaxException;
import java.util.Arrays;
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

    /** Not the one in {@code ${body?.kind}}. */
    private static final Pattern OPTIONS = Pattern.compile("\\?(?![^{]*})");

    static Address of(String uri) {
        String plain = uri.strip();
        String[] parts = OPTIONS.split(plain, 2);
        String[] names = parts[0].split(":", 2);
        return new Address(
                names[0],
                names.length < 2 ? "" : names[1].replaceFirst("^/+", ""),
                parts.length < 2 ? Map.of() : options(parts[1]));
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

    /** Whether it can lead there: to anything where an expression stands. */
    boolean canBe(String there) {
        return isDynamic()
                ? Arrays.stream(path.split("\\$(?:simple)?\\{[^}]*}", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.collectingAndThen(Collectors.joining(".*"), Pattern::compile))
                        .matcher(there)
                        .matches()
                : path.equals(there);
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
            throw new IllegalArgumentException("what follows its ? are no options, such as a=1&b=2", e);
        }
    }
}
