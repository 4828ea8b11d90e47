package org.bactrian.saga;

import java.util.regex.Pattern;

/** The rule for step names, which are keys everywhere: record, barrier, signal. */
public final class StepName {
    private static final Pattern PATTERN = Pattern.compile("[a-z][a-z0-9-]{0,63}(#[0-9]{1,9})?");

    private StepName() {}

    /** @throws IllegalArgumentException naming the rule and the route to rename */
    public static String require(String name) {
        if (!PATTERN.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a step's name, its route id, must be kebab-case, at most 64 long, with #index in a loop or split; is '%s'"
                            .formatted(name));
        }
        return name;
    }
}
