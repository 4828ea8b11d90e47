package org.bactrian.lint;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.bactrian.routes.RouteFault;

/** Route files that are no YAML, or that Camel does not understand: nothing can be said about their routes. */
public final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<RouteFault> faults;

    Unreadable(List<RouteFault> faults) {
        super(faults.stream().map(RouteFault::sentence).collect(Collectors.joining("; ")), null, false, false);
        this.faults = List.copyOf(faults);
    }

    public List<RouteFault> faults() {
        return faults;
    }

    /** For people: one line for each, the file as seen from there if it is below it. */
    public String text(Path from) {
        return faults.stream()
                .map(fault -> "%s:%d: %s"
                        .formatted(
                                fault.file().startsWith(from) ? from.relativize(fault.file()) : fault.file(),
                                fault.line(),
                                fault.sentence()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
