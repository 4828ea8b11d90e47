package org.bactrian.live;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bactrian.routes.Item;
import org.bactrian.routes.Item.Kind;
import org.bactrian.routes.RouteFault;
import org.bactrian.routes.RouteFile;

/**
 * What was changed in the route files, and which routes that concerns: those whose text has changed, and those that are made
 * by what has changed. All others go on as they are.
 *
 * @param before every file, as it runs
 * @param after every file, as it is to run
 */
record Edit(Map<Path, RouteFile> before, Map<Path, RouteFile> after) {

    Edit {
        before = Map.copyOf(before);
        after = Map.copyOf(after);
    }

    /** An item and where it stands. */
    record Placed(RouteFile file, Item item) {}

    /** @throws RouteFault if two items have the same id; of the two files one that was changed is to blame */
    static Edit of(Map<Path, RouteFile> before, Collection<RouteFile> changed) {
        var after = new LinkedHashMap<>(before);
        changed.forEach(file -> after.put(file.path(), file));
        after.values().removeIf(file -> file.items().isEmpty());
        var seen = new HashMap<String, Placed>();
        Stream.concat(
                        after.values().stream().filter(file -> !changed.contains(file)),
                        after.values().stream().filter(changed::contains))
                .forEach(file -> file.items().forEach(item -> {
                    Placed other = seen.put(item.key(), new Placed(file, item));
                    if (other != null) {
                        throw new RouteFault(
                                file.path(),
                                item.line(),
                                "there is a %s '%s' in line %d of %s; ids are unique among all files"
                                        .formatted(
                                                item.kind().word(),
                                                item.id(),
                                                other.item().line(),
                                                other.file().path().getFileName()));
                    }
                }));
        return new Edit(before, after);
    }

    /** Those of this kind that are new or different. */
    List<Placed> fresh(Kind kind) {
        Map<String, Item> old = byKey(before);
        return placed(after)
                .filter(placed -> placed.item().kind() == kind)
                .filter(placed -> !placed.item().isAs(old.get(placed.item().key())))
                .toList();
    }

    /** Those of this kind that are there no more. */
    List<Placed> gone(Kind kind) {
        Set<String> now = byKey(after).keySet();
        return placed(before)
                .filter(placed -> placed.item().kind() == kind)
                .filter(placed -> !now.contains(placed.item().key()))
                .toList();
    }

    /** Route templates that are to be read again. */
    List<Placed> templates() {
        return withDependents(Kind.ROUTE_TEMPLATE, changed(Kind.CONFIGURATION));
    }

    /** Routes, templated ones too, that are to be made, or made again. */
    List<Placed> routes() {
        List<Item> causes = Stream.concat(
                        changed(Kind.CONFIGURATION).stream(),
                        Stream.concat(
                                changed(Kind.ROUTE_TEMPLATE).stream(),
                                templates().stream().map(Placed::item)))
                .toList();
        return Stream.of(Kind.ROUTE, Kind.TEMPLATED_ROUTE)
                .flatMap(kind -> withDependents(kind, causes).stream())
                .toList();
    }

    /** The first entry that is read at start only and was changed. */
    Optional<Placed> fixed() {
        Set<String> old = new HashSet<>();
        placed(before)
                .filter(Edit::isFixed)
                .forEach(placed -> old.add(placed.item().text()));
        Set<String> now = new HashSet<>();
        placed(after)
                .filter(Edit::isFixed)
                .forEach(placed -> now.add(placed.item().text()));
        return Stream.concat(
                        placed(after)
                                .filter(placed -> !old.contains(placed.item().text())),
                        placed(before)
                                .filter(placed -> !now.contains(placed.item().text())))
                .filter(Edit::isFixed)
                .findFirst();
    }

    private List<Placed> withDependents(Kind kind, List<Item> causes) {
        Map<String, Item> old = byKey(before);
        return placed(after)
                .filter(placed -> placed.item().kind() == kind)
                .filter(placed -> !placed.item().isAs(old.get(placed.item().key()))
                        || causes.stream().anyMatch(placed.item()::mentions))
                .toList();
    }

    private List<Item> changed(Kind kind) {
        return Stream.concat(fresh(kind).stream(), gone(kind).stream())
                .map(Placed::item)
                .toList();
    }

    private static boolean isFixed(Placed placed) {
        return placed.item().kind() == Kind.FIXED;
    }

    private static Stream<Placed> placed(Map<Path, RouteFile> files) {
        return new TreeMap<>(files)
                .values().stream().flatMap(file -> file.items().stream().map(item -> new Placed(file, item)));
    }

    private static Map<String, Item> byKey(Map<Path, RouteFile> files) {
        var items = new HashMap<String, Item>();
        placed(files).forEach(placed -> items.put(placed.item().key(), placed.item()));
        return items;
    }
}
