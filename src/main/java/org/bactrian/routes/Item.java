package org.bactrian.routes;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a route file, as it is written there.
 *
 * @param id unique among all items of its kind; routes and templated routes share theirs. For {@link Kind#FIXED} made up
 * @param text without what surrounds it; the same text means the same item
 * @param line the first, from 1
 */
public record Item(Kind kind, String id, String text, int line) {

    public enum Kind {
        ROUTE("route"),
        TEMPLATED_ROUTE("route"),
        ROUTE_TEMPLATE("routeTemplate"),
        CONFIGURATION("routeConfiguration"),
        KAMELET("Kamelet"),
        /** Beans, rest and whatever else is read once, at start. */
        FIXED("entry");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As it is called towards people. */
        public String word() {
            return word;
        }

        public boolean isRoute() {
            return this == ROUTE || this == TEMPLATED_ROUTE;
        }

        /** By the key under which an item stands in its file; kebab-case means the same. */
        static Kind of(String key) {
            return switch (key.replace("-", "").toLowerCase(Locale.ROOT)) {
                case "route" -> ROUTE;
                case "templatedroute" -> TEMPLATED_ROUTE;
                case "routetemplate" -> ROUTE_TEMPLATE;
                case "routeconfiguration" -> CONFIGURATION;
                default -> FIXED;
            };
        }
    }

    /** What it is found by. */
    public String key() {
        return kind.word() + " " + id;
    }

    public boolean isAs(@Nullable Item other) {
        return other != null && kind == other.kind && id.equals(other.id) && text.equals(other.text);
    }

    /** Whether it may depend on the other; rather too often than too seldom. */
    public boolean mentions(Item other) {
        return switch (other.kind) {
            case CONFIGURATION -> other.id.isEmpty() || (text.contains("onfiguration") && text.contains(other.id));
            case ROUTE_TEMPLATE -> kind == Kind.TEMPLATED_ROUTE && text.contains(other.id);
            default -> false;
        };
    }
}
