package org.bactrian.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Text that is wrapped at {@value #WIDTH} columns; what has no blank in it is left whole. */
final class Page {
    private static final int WIDTH = 98;

    private static final Pattern WORDS = Pattern.compile("\\s+");

    private final List<String> lines = new ArrayList<>();

    /** @param label stands before the first line; further lines begin below the text */
    void add(String label, String text) {
        String indent = " ".repeat(label.length());
        var line = new StringBuilder(label);
        boolean empty = true;
        for (String word : WORDS.split(text.strip(), -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString().stripTrailing());
    }

    /** @param end stands at the right margin */
    void addWithEnd(String text, String end) {
        int room = WIDTH - text.length() - end.length();
        lines.add(text + " ".repeat(Math.max(2, room)) + end);
    }

    void blank() {
        if (!lines.isEmpty() && !lines.get(lines.size() - 1).isEmpty()) {
            lines.add("");
        }
    }

    /** In lines. */
    int size() {
        return lines.size();
    }

    String text() {
        return String.join(System.lineSeparator(), lines);
    }
}
