package org.bactrian.fault;

import static org.bactrian.fault.Participant.INVENTORY;
import static org.bactrian.fault.Participant.INVOICING;
import static org.bactrian.fault.Participant.ORDER;
import static org.bactrian.fault.Participant.PAYMENT;
import static org.bactrian.fault.Participant.SHIPPING;

import java.util.EnumMap;
import java.util.Map;

/**
 * What an order must have left behind everywhere once its saga has ended, in the words of {@link Ledger}: two of a sku of
 * which there were ten, by a customer who buys nothing else, for 49.98.
 */
public final class Expected {

    /** How a participant's part in the saga ended. */
    public enum How {
        CONFIRMED("begun succeeded completing completed", "action applied, completion applied"),
        UNDONE("begun succeeded compensating compensated", "action applied, compensation applied"),
        REFUSED("begun failed compensating compensated", "action refused, compensation nothing"),
        /** Undone before it was done: nothing was ever there. */
        FORESTALLED("begun failed compensating compensated", "action nothing, compensation nothing"),
        UNTOUCHED("", "");

        private final String log;
        private final String barrier;

        How(String log, String barrier) {
            this.log = log;
            this.barrier = barrier;
        }
    }

    private final boolean completed;
    private final Map<Participant, How> ends = new EnumMap<>(Participant.class);
    private final Map<Participant, String> logs = new EnumMap<>(Participant.class);
    private final String fulfilment;

    private Expected(boolean completed, String fulfilment) {
        this.completed = completed;
        this.fulfilment = fulfilment;
    }

    public static Expected completed() {
        var expected = new Expected(true, "begun succeeded");
        for (Participant each : Participant.values()) {
            expected.ends.put(each, How.CONFIRMED);
            expected.logs.put(each, each.isCommanded() ? How.CONFIRMED.log : "begun succeeded");
        }
        return expected;
    }

    /** The saga aborted because of this one: who acted before or beside it is undone, nobody acted after it. */
    public static Expected abortedBy(Participant culprit, How how) {
        var expected = new Expected(false, culprit.isCommanded() ? "" : "begun failed compensating compensated");
        for (Participant each : Participant.values()) {
            boolean beside = culprit == INVENTORY && each == PAYMENT;
            boolean after = each.compareTo(culprit) > 0;
            How end = each == culprit ? how : after && !beside ? How.UNTOUCHED : How.UNDONE;
            expected.ends.put(each, end);
            expected.logs.put(each, end.log);
        }
        return expected;
    }

    /** With other records of this one's step than is usual for its end. */
    Expected but(Participant participant, String log) {
        logs.put(participant, log);
        return this;
    }

    @Override
    public String toString() {
        return log() + parts() + books();
    }

    private String log() {
        return line("saga", completed ? "payload completing completed" : "payload aborting aborted")
                + line(ORDER.step(), logs.getOrDefault(ORDER, ""))
                + line(INVENTORY.step(), logs.getOrDefault(INVENTORY, ""))
                + line(PAYMENT.step(), logs.getOrDefault(PAYMENT, ""))
                + line("fulfil-order", fulfilment)
                + line(SHIPPING.step(), logs.getOrDefault(SHIPPING, ""))
                + line(INVOICING.step(), logs.getOrDefault(INVOICING, ""));
    }

    private String parts() {
        var parts = new StringBuilder();
        ends.forEach((participant, end) -> {
            String status = end == How.CONFIRMED
                    ? participant.confirmed() + ", "
                    : end == How.UNDONE ? participant.undone() + ", " : end == How.UNTOUCHED ? "null" : "null, ";
            boolean unasked = end == How.CONFIRMED && !participant.isCommanded();
            parts.append(line(participant.part(), status + (unasked ? "action applied" : end.barrier)));
        });
        return parts.toString();
    }

    private String books() {
        return completed
                ? "stock: 8 available, 0 reserved, 2 sold\ncustomer: 0 authorized, 4998 captured\n"
                : "stock: 10 available, 0 reserved, 0 sold\ncustomer: 0 authorized, 0 captured\n";
    }

    private static String line(String what, String text) {
        return text.isEmpty() ? "" : what + ": " + text + "\n";
    }
}
