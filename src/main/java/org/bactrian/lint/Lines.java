package org.bactrian.lint;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.SagaDefinition;
import org.bactrian.routes.RouteFile;

/**
 * The line of an EIP's name. Camel notes the line before that of its first attribute, which is the name's own only if they
 * stand on lines of their own.
 */
final class Lines {
    private final Map<Path, List<String>> texts = new HashMap<>();

    void add(RouteFile file) {
        texts.put(file.path(), file.text().lines().toList());
    }

    /** From 1. */
    int of(OptionalIdentifiedDefinition<?> eip, Path file) {
        int noted = eip.getLineNumber();
        String name = eip instanceof SagaDefinition ? "saga" : eip.getShortName(); // Camel calls that one "output"
        String key = "(^|[\\s{,-])(%s|%s)['\"]?:\\s*"
                .formatted(name, name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
        boolean isBelow = matches(file, noted + 1, key + "[\\[{]");
        boolean isScalar = matches(file, noted, key + "[^\\s\\[{].*" + uri(eip));
        return Math.max(1, isBelow && !isScalar ? noted + 1 : noted);
    }

    private boolean matches(Path file, int line, String pattern) {
        List<String> text = texts.getOrDefault(file, List.of());
        return line > 0
                && line <= text.size()
                && Pattern.compile(pattern).matcher(text.get(line - 1)).find();
    }

    /** What only a line without attributes would hold as it is. */
    private static String uri(OptionalIdentifiedDefinition<?> eip) {
        return Targets.uris(eip).findFirst().map(Pattern::quote).orElse("(?!)");
    }
}
