package org.bactrian.crash;

import org.bactrian.scenario.OrderBuilder;

/** One order of a customer and for a sku of its own, so that what it leaves behind is known to the last unit. */
record Placed(Story story, OrderBuilder order, String sku, long customer) {
    String id() {
        return order.id();
    }
}
