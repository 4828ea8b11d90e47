package org.bactrian.lint;

import java.nio.file.Path;

/**
 * One thing that is wrong.
 *
 * @param wrong one sentence: what is written there and what it breaks
 * @param mend one sentence: what to write instead
 */
public record Finding(Rule rule, Place place, String wrong, String mend) {

    /** For people: some lines, the file as seen from there if it is below it. */
    public String text(Path from) {
        var page = new Page();
        page.add("", "%s:%d  route %s  [%s]".formatted(shown(from), place.line(), place.route(), rule.id()));
        page.add("    ", wrong);
        page.add("    Mend: ", mend);
        return page.text();
    }

    /** In one line, without the place. */
    public String sentence() {
        return "%s Mend: %s [%s]".formatted(wrong, mend, rule.id());
    }

    private Path shown(Path from) {
        return place.file().startsWith(from) ? from.relativize(place.file()) : place.file();
    }
}
