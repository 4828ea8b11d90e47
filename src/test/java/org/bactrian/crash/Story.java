package org.bactrian.crash;

import static org.bactrian.scenario.OrderBuilder.anOrder;

import org.bactrian.fault.Expected;
import org.bactrian.fault.Expected.How;
import org.bactrian.fault.Participant;
import org.bactrian.scenario.OrderBuilder;

/** What becomes of an order that nothing disturbs. */
enum Story {
    COMPLETED(false, Expected.completed()),
    /** By payment, while inventory reserves; placed over Kafka. */
    REFUSED(true, Expected.abortedBy(Participant.PAYMENT, How.REFUSED)),
    /** By invoicing, after all others have done their part. */
    COMPENSATED(false, Expected.abortedBy(Participant.INVOICING, How.REFUSED));

    private final boolean overKafka;
    private final String expected;

    Story(boolean overKafka, Expected expected) {
        this.overKafka = overKafka;
        this.expected = expected.toString();
    }

    boolean isOverKafka() {
        return overKafka;
    }

    /** As {@link org.bactrian.fault.Ledger} tells it. */
    String expected() {
        return expected;
    }

    /** @param customer whom invoicing refuses if that is what the story is about */
    OrderBuilder order(String sku, long customer) {
        OrderBuilder order = anOrder().of(sku, 2).by(customer);
        return this == REFUSED ? order.paidWith("tok-9999") : order;
    }
}
