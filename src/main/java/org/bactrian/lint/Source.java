package org.bactrian.lint;

import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where commands get the routes from. */
public interface Source {
    /**
     * Reads them, and nothing else: nothing is started.
     *
     * @param folder a home or a folder of route files; null for the home that the command line names
     * @param look what to make of them; they are gone afterwards
     * @throws Unreadable if there are files that are no routes
     * @throws NoRoutes if there are none
     */
    <T> T look(@Nullable Path folder, Function<Written, T> look);

    /** What files are shown below. */
    Path shownFrom(@Nullable Path folder);
}
