package org.bactrian.camel;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code wait} preference of RFC 7240, section 4.3. */
final class Prefer {
    private static final Pattern WAIT =
            Pattern.compile("(?i)(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,9})\\d*\"?\\s*(?:[,;]|$)");
    private static final int MAX_SECONDS = 30;

    private Prefer() {}

    /** At most 30 s; zero if the header does not ask to wait. What it cannot read it ignores, as the RFC demands. */
    static Duration waitOf(String header) {
        Matcher found = WAIT.matcher(header);
        return found.find() ? Duration.ofSeconds(Math.min(MAX_SECONDS, Long.parseLong(found.group(1)))) : Duration.ZERO;
    }
}
