package org.bactrian.routes;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Why a route file cannot be taken: one sentence with its place. */
public final class RouteFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What names something, unlike the words around it: has a mark or a capital inside. */
    private static final Pattern NAME = Pattern.compile("\\w.*[:./{#-].*\\w|[a-z]+[A-Z]\\w*");

    private static final Pattern BETWEEN = Pattern.compile("[\\s,;'\"\\[\\](){}<>]+");

    private final transient Path file;
    private final int line;

    /** @param line from 1 */
    public RouteFault(Path file, int line, String sentence) {
        super(sentence, null, false, false);
        this.file = file;
        this.line = line;
    }

    public Path file() {
        return file;
    }

    public int line() {
        return line;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }

    /** Of a file that could not be read as routes; the parser says where. */
    public static RouteFault of(RouteFile file, Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof RouteFault fault) {
                return fault;
            }
            if (cause instanceof MarkedYamlEngineException marked) {
                int line =
                        marked.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
                return new RouteFault(file.path(), line, firstLine(marked.getProblem(), cause));
            }
        }
        return of(file, 1, file.text(), error);
    }

    /** Of a file whose reading has used up the stack. */
    public static RouteFault tooDeep(Path file) {
        return new RouteFault(file, 1, "is nested too deeply to be read");
    }

    /** Of an item that Camel cannot make; the line is that of what the message names, else the item's first. */
    public static RouteFault of(RouteFile file, Item item, Throwable error) {
        return of(file, item.line(), item.text(), error);
    }

    private static RouteFault of(RouteFile file, int first, String text, Throwable error) {
        Throwable innermost = error;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        List<String> lines = text.lines().toList();
        int offset = lineNamedBy(String.valueOf(innermost.getMessage()), lines)
                .or(() -> lineNamedBy(String.valueOf(error.getMessage()), lines))
                .orElse(0);
        return new RouteFault(file.path(), first + offset, firstLine(innermost.getMessage(), innermost));
    }

    private static Optional<Integer> lineNamedBy(String message, List<String> lines) {
        return Arrays.stream(BETWEEN.split(message))
                .map(word -> word.replaceAll("^\\W+|\\W+$", "").replace("://", ":"))
                .filter(word -> NAME.matcher(word).matches())
                .map(word -> lines.stream()
                        .filter(line -> line.contains(word))
                        .map(lines::indexOf)
                        .toList())
                .filter(found -> found.size() == 1)
                .map(found -> found.get(0))
                .findFirst();
    }

    private static String firstLine(@Nullable String message, Throwable error) {
        return message == null
                ? error.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }
}
