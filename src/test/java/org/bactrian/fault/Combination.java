package org.bactrian.fault;

import static org.bactrian.fault.Script.ALWAYS;
import static org.bactrian.saga.Call.ACTION;
import static org.bactrian.saga.Call.COMPENSATION;
import static org.bactrian.saga.Call.COMPLETION;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ExchangeHelper;
import org.bactrian.fault.Expected.How;
import org.bactrian.fault.Script.Place;
import org.bactrian.saga.Call;
import org.bactrian.saga.Refused;

/**
 * One participant and one fault: what is done to it and what must come of it.
 *
 * <p>Missing are the completions of shipping and invoicing: who joins the saga declares none, so there is nothing to
 * complete twice, to throw or to abandon.
 */
record Combination(Participant participant, Fault fault) {

    static List<Combination> all() {
        var all = new ArrayList<Combination>();
        for (Participant participant : Participant.values()) {
            for (Fault fault : Fault.values()) {
                if (participant.isCommanded() || !fault.isOfCompletion()) {
                    all.add(new Combination(participant, fault));
                }
            }
        }
        return all;
    }

    /** An order that aborts after all have acted but invoicing, which refuses: only then is there something to compensate. */
    boolean isUninvoiced() {
        return fault.isOfCompensation() && participant != Participant.INVOICING;
    }

    Script script() {
        var script = new Script();
        String action = participant.barrier(ACTION);
        switch (fault) {
            case REFUSES ->
                script.at(Place.INSIDE, action, ALWAYS, (exchange, barrier) -> {
                    throw new Refused("the test refuses");
                });
            case THROWS_BEFORE_COMMIT -> throwBeforeCommit(script, ACTION);
            case IS_ABANDONED_AFTER_COMMIT -> abandonAfterCommit(script, ACTION);
            case NEVER_ANSWERS -> neverAnswer(script);
            case ANSWERS_TWICE ->
                script.travels(
                        participant.answer(ACTION), 1, participant.overHttp() ? Fate.ANSWERED_TWICE : Fate.DOUBLED);
            case IS_ASKED_TWICE -> script.travels(participant.question(ACTION), 1, Fate.DOUBLED);
            case IS_ASKED_TWICE_AT_ONCE ->
                script.travels(participant.question(ACTION), 1, Fate.DOUBLED_AT_ONCE)
                        .at(Place.BEFORE, action, 2, script.meet());
            case IS_COMPENSATED_BEFORE_IT_ACTS -> compensateBeforeAction(script);
            case IS_COMPENSATED_TWICE -> callTwice(script, COMPENSATION);
            case COMPENSATION_THROWS_BEFORE_COMMIT -> throwBeforeCommit(script, COMPENSATION);
            case COMPENSATION_IS_ABANDONED_AFTER_COMMIT -> abandonAfterCommit(script, COMPENSATION);
            case IS_COMPLETED_TWICE -> callTwice(script, COMPLETION);
            case COMPLETION_THROWS_BEFORE_COMMIT -> throwBeforeCommit(script, COMPLETION);
            case COMPLETION_IS_ABANDONED_AFTER_COMMIT -> abandonAfterCommit(script, COMPLETION);
            case IS_OVERTAKEN -> overtake(script);
        }
        if (fault.isOfCompensation() && participant == Participant.INVOICING) {
            script.travels(participant.answer(ACTION), ALWAYS, Fate.DROPPED);
        }
        return script;
    }

    private void throwBeforeCommit(Script script, Call call) {
        script.at(Place.INSIDE, participant.barrier(call), 1, Script::failCommit);
    }

    private void abandonAfterCommit(Script script, Call call) {
        if (participant.overHttp()) {
            script.travels(participant.question(call), 1, Fate.ANSWER_LOST);
        } else {
            script.at(Place.AFTER, participant.barrier(call), 2, script.abandonFirst());
        }
        if (!participant.isCommanded() && call == ACTION) {
            // its outbox speaks at once: the saga would be over before Kafka delivers again
            script.travels(participant.answer(ACTION), 1, Fate.late(script.repeated()));
        }
    }

    private void neverAnswer(Script script) {
        if (participant.overHttp()) {
            script.at(Place.AFTER, participant.barrier(ACTION), ALWAYS, script.holdUntilEnded());
        } else {
            script.travels(participant.answer(ACTION), ALWAYS, Fate.DROPPED);
        }
    }

    private void callTwice(Script script, Call call) {
        if (participant.isCommanded()) {
            script.travels(participant.question(call), 1, Fate.DOUBLED);
        } else {
            script.at(Place.AFTER, participant.barrier(call), 1, Combination::again);
        }
    }

    /** The question arrives too late; who has to join first, and cannot once the saga has ended, is stopped in between. */
    private void compensateBeforeAction(Script script) {
        if (participant.isCommanded()) {
            script.travels(participant.question(ACTION), ALWAYS, Fate.late(script.ended()));
        } else {
            Script.Hook hold = script.holdUntilEnded();
            script.at(Place.BEFORE, participant.barrier(ACTION), 1, (exchange, barrier) -> {
                refuseFulfilment(exchange);
                hold.run(exchange, barrier);
            });
        }
    }

    private void overtake(Script script) {
        if (participant.overHttp()) {
            script.travels(participant.question(ACTION), 1, Fate.late(script.ended()));
        } else {
            script.travels(participant.question(ACTION), 1, Fate.repeatedLate(script.ended()))
                    .travels(participant.answer(ACTION), 1, Fate.repeatedLate(script.ended()));
        }
        if (participant == Participant.ORDER) {
            script.travels("OrderApproved", 1, Fate.late(script.ended()));
        }
    }

    private static void again(Exchange exchange, Processor barrier) throws Exception {
        Exchange copy = ExchangeHelper.createCopy(exchange, true);
        barrier.process(copy);
        if (copy.getException() != null) {
            throw copy.getException();
        }
    }

    /** Another party of the fulfilment says no meanwhile. */
    private static void refuseFulfilment(Exchange exchange) {
        var message = exchange.getMessage();
        exchange.getContext().createProducerTemplate().send("kafka:order.event", event -> {
            event.getMessage().setBody("{\"reason\": \"the test refuses\"}");
            event.getMessage().setHeader("kafka.KEY", message.getHeader("sagaId"));
            for (String header : List.of("sagaId", "Long-Running-Action")) {
                event.getMessage().setHeader(header, message.getHeader(header));
            }
            event.getMessage().setHeader("messageType", "ShipmentRefused");
        });
    }

    Expected expected() {
        String asked =
                participant.isCommanded() ? "begun again succeeded completing completed" : "begun again succeeded";
        return switch (fault) {
            case REFUSES -> Expected.abortedBy(participant, How.REFUSED);
            case THROWS_BEFORE_COMMIT, IS_ABANDONED_AFTER_COMMIT ->
                participant == Participant.INVENTORY
                        ? Expected.completed()
                        : Expected.completed().but(participant, asked);
            case NEVER_ANSWERS -> Expected.abortedBy(participant, How.UNDONE).but(participant, unanswered());
            case ANSWERS_TWICE, IS_ASKED_TWICE -> Expected.completed();
            case IS_ASKED_TWICE_AT_ONCE ->
                participant.isCommanded()
                        ? Expected.completed()
                        : Expected.completed().but(participant, asked);
            case IS_COMPENSATED_BEFORE_IT_ACTS ->
                Expected.abortedBy(participant, How.FORESTALLED).but(participant, forestalled());
            case IS_COMPENSATED_TWICE -> aborted("compensating compensated");
            case COMPENSATION_THROWS_BEFORE_COMMIT, COMPENSATION_IS_ABANDONED_AFTER_COMMIT ->
                aborted(
                        participant == Participant.INVENTORY
                                ? "compensating compensated"
                                : "compensating compensating compensated");
            case IS_COMPLETED_TWICE -> Expected.completed();
            case COMPLETION_THROWS_BEFORE_COMMIT, COMPLETION_IS_ABANDONED_AFTER_COMMIT ->
                participant == Participant.INVENTORY
                        ? Expected.completed()
                        : Expected.completed().but(participant, "begun succeeded completing completing completed");
            case IS_OVERTAKEN ->
                participant.overHttp() ? Expected.completed().but(participant, asked) : Expected.completed();
        };
    }

    /** Who is asked over HTTP is asked again until the step's limit is over; a record is sent once. */
    private String unanswered() {
        return switch (participant) {
            case ORDER, PAYMENT -> "begun again failed compensating compensated";
            case INVENTORY -> "begun failed compensating compensated";
            case SHIPPING, INVOICING -> "begun succeeded compensating compensated";
        };
    }

    /** That the action is refused at last is recorded, although the saga is over. */
    private String forestalled() {
        return participant.isCommanded() ? unanswered() : "begun compensating compensated failed";
    }

    private Expected aborted(String callbacks) {
        return Expected.abortedBy(
                        Participant.INVOICING, participant == Participant.INVOICING ? How.UNDONE : How.REFUSED)
                .but(participant, "begun succeeded " + callbacks);
    }

    @Override
    public String toString() {
        return (participant + " " + fault).toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
