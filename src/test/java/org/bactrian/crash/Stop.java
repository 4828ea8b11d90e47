package org.bactrian.crash;

import java.util.Locale;

/**
 * One end of one router.
 *
 * @param forked in a process of its own, which ends with it
 */
record Stop(Story story, Point point, boolean forked) {
    /** As in {@code completed, halted after kafka: order.event has InvoiceIssued}. */
    @Override
    public String toString() {
        return "%s, %s %s".formatted(story.name().toLowerCase(Locale.ROOT), forked ? "halted" : "cut off", point);
    }
}
