package org.bactrian.saga;

import java.time.Duration;

/**
 * What a {@link SagaDriver} asks for: the saga log, the participants and time. Each call returns at once; what comes of it
 * the driver is told later, never from inside the call.
 */
public interface Surroundings {
    /**
     * Append it after all that was appended before; then {@link SagaDriver#written} or {@link SagaDriver#notWritten}.
     *
     * @return false if there is no room for it: nothing is appended any more, and the saga is soon driven anew
     */
    boolean append(int seq, SagaRecord record);

    /**
     * Send the payload into the saga's pipeline; steps tell {@link Actions#reach} and {@link Actions#begin}, its end
     * {@link SagaDriver#complete} or {@link SagaDriver#compensate}.
     */
    void run(Content payload);

    /**
     * Ask for the step's completion or compensation; then {@link SagaDriver#answered}.
     *
     * @param attempt from 1; from the second on, what the step's route declares now counts
     */
    void call(Step step, Call call, int attempt);

    /** When the time is over, {@link SagaDriver#woken}, unless the saga is settled by then. */
    void wake(Duration after, Alarm alarm);

    /** No action is asked again any more: whoever waits to ask again goes on at once, without. */
    void endPauses();

    /** Nobody drives the saga here any more until something from outside happens to it: every wait for it ends so. */
    void settled(RuntimeException why);

    /** Drop this driver; the saga is to be driven by a new one, from what the log says. */
    void driveAnew();

    /** What the driver wants to be woken for. */
    sealed interface Alarm {
        /** @param reason which limit it was */
        record TimeLimit(Duration left, String reason) implements Alarm {}

        /** Every action that was in flight when the saga was aborted must be over. */
        record ActionsOver() implements Alarm {}

        /** @param lastError why the attempt before failed */
        record AskAgain(String step, Call call, String lastError) implements Alarm {}
    }
}
