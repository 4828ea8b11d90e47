package org.bactrian.live;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bactrian.lint.Finding;
import org.bactrian.lint.Unreadable;
import org.bactrian.routes.RouteFault;
import org.bactrian.routes.RouteFile;

/**
 * Refuses an edit after which the routes, all of them, would break what sagas guarantee: a file that was not changed can be
 * wrong because of one that was.
 *
 * @param lint says what is wrong with routes of these texts, by file
 */
record Soundness(Path home, Function<Map<Path, String>, List<Finding>> lint) {

    /** @throws RouteFault of a file that was changed */
    void require(Edit edit, List<RouteFile> changed) {
        var texts = new HashMap<Path, String>();
        edit.after().values().forEach(file -> texts.put(file.path(), file.text()));
        List<Finding> findings;
        try {
            findings = lint.apply(texts);
        } catch (Unreadable e) {
            throw e.faults().get(0);
        }
        if (!findings.isEmpty()) {
            throw fault(findings, changed.stream().map(RouteFile::path).toList());
        }
    }

    private RouteFault fault(List<Finding> findings, List<Path> changed) {
        Finding first = findings.stream()
                .filter(finding -> changed.contains(finding.place().file()))
                .findFirst()
                .orElse(findings.get(0));
        String more =
                findings.size() == 1 ? "" : ", and %d more: ./bactrian lint tells them".formatted(findings.size() - 1);
        Path file = first.place().file();
        return changed.contains(file)
                ? new RouteFault(file, first.place().line(), first.sentence() + more)
                : new RouteFault(
                        changed.get(0),
                        1,
                        "with this change, %s:%d: %s%s"
                                .formatted(
                                        file.startsWith(home) ? home.relativize(file) : file,
                                        first.place().line(),
                                        first.sentence(),
                                        more));
    }
}
