package org.bactrian.lint;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the rules have found so far, each thing once, however many pipelines come by it. */
final class Findings {
    private static final Comparator<Finding> BY_PLACE = Comparator.comparing(
                    (Finding finding) -> finding.place().file())
            .thenComparing(finding -> finding.place().line())
            .thenComparing(Finding::rule);

    private final Set<Finding> all = new LinkedHashSet<>();

    void add(Rule rule, Place place, String wrong, String mend) {
        all.add(new Finding(rule, place, wrong, mend));
    }

    /** In the order of the files. */
    List<Finding> sorted() {
        return all.stream().sorted(BY_PLACE).toList();
    }
}
