package org.bactrian.log;

/**
 * How many sagas wait in the log, as far as this instance knows: what it counted last, less what it took and more what it put
 * there since. What was put there while it counted it counts twice, until it counts again.
 */
final class WaitingCount {
    private int ready;
    private int held;
    private int answered;
    private int asked;

    /** Those that are run as soon as there is room. */
    synchronized int ready() {
        return ready + answered + asked;
    }

    /** With those that a pause holds. */
    synchronized int all() {
        return ready() + held;
    }

    /** One is on its way there. */
    synchronized void asked() {
        asked++;
    }

    /** It is there, or will never be. */
    synchronized void answered(boolean waits) {
        asked--;
        answered += waits ? 1 : 0;
    }

    /** A count begins: it will see what was answered so far. */
    synchronized void begin() {
        ready += answered;
        answered = 0;
    }

    /** What the count that was begun has found. */
    synchronized void counted(int nowReady, int nowHeld) {
        ready = nowReady;
        held = nowHeld;
    }

    /** The same if only those were looked for that no pause holds. */
    synchronized void counted(int nowReady) {
        ready = nowReady;
    }

    synchronized void took(int number) {
        ready = Math.max(0, ready - number);
    }
}
