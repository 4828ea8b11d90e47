package org.bactrian.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The gap after one durable write.
 *
 * @param writes what it made durable, all at once; the same in every run
 */
record Point(Set<String> writes) {
    static final Point NONE = new Point(Set.of());
    /** The gap before the first write: the router has the order, its database has not. */
    static final Point BEFORE_ALL = new Point(Set.of("nothing"));

    /**
     * All gaps of one story, in the order of the first of these runs. What became durable together in each run is one; the
     * saga log's writer takes together what happens to be there at once.
     *
     * @throws IllegalStateException if one run wrote other things than another
     */
    static List<Point> of(List<List<Set<String>>> runs) {
        Map<String, List<Place>> places = new LinkedHashMap<>();
        for (int run = 0; run < runs.size(); run++) {
            for (int index = 0; index < runs.get(run).size(); index++) {
                for (String write : runs.get(run).get(index)) {
                    places.computeIfAbsent(write, name -> new ArrayList<>()).add(new Place(run, index));
                }
            }
        }
        List<Integer> each = IntStream.range(0, runs.size()).boxed().toList();
        Map<List<Place>, Set<String>> gaps = new LinkedHashMap<>();
        places.forEach((write, at) -> {
            if (!at.stream().map(Place::run).toList().equals(each)) {
                throw new IllegalStateException("'%s' must be written once in each of %d runs; was at %s of %s"
                        .formatted(write, runs.size(), at, runs));
            }
            gaps.computeIfAbsent(at, place -> new TreeSet<>()).add(write);
        });
        List<Point> points = new ArrayList<>(List.of(BEFORE_ALL));
        gaps.values().forEach(together -> points.add(new Point(together)));
        return points;
    }

    private record Place(int run, int index) {}

    @Override
    public String toString() {
        return "after " + String.join(" + ", writes);
    }
}
