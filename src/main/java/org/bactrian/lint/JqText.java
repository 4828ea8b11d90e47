package org.bactrian.lint;

import java.util.ArrayDeque;
import java.util.Deque;

/** Tells what of a jq program is code: not its comments, nor its texts, except what is evaluated in them. */
final class JqText {
    private final String program;
    private final StringBuilder code = new StringBuilder();

    /** How many parentheses are open in each text that is open, the innermost first. */
    private final Deque<Integer> open = new ArrayDeque<>();

    private int at;

    private JqText(String program) {
        this.program = program;
    }

    static String code(String program) {
        var text = new JqText(program);
        text.readCode();
        return text.code.toString();
    }

    private void readCode() {
        while (at < program.length()) {
            char c = program.charAt(at++);
            if (c == '"') {
                code.append(' ');
                skipText();
            } else if (c == '#') {
                int end = program.indexOf('\n', at);
                at = end < 0 ? program.length() : end;
            } else if (!closesText(c)) {
                code.append(c);
            }
        }
    }

    /** Whether what is evaluated in a text has ended, and with it what was left of the text. */
    private boolean closesText(char c) {
        if (open.isEmpty() || (c != '(' && c != ')')) {
            return false;
        }
        int depth = open.pop() + (c == '(' ? 1 : -1);
        if (depth > 0) {
            open.push(depth);
            return false;
        }
        code.append(' ');
        skipText();
        return true;
    }

    /** Up to its end, or to what is evaluated in it. */
    private void skipText() {
        while (at < program.length()) {
            char c = program.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && at < program.length() && program.charAt(at++) == '(') {
                open.push(1);
                return;
            }
        }
    }
}
