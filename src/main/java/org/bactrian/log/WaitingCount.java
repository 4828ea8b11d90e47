package org.bactrian.log;

/**
 * How many sagas wait in the log, as far as this instance knows: what it counted last, less what it took and more what it put
 * there since. What was put there while it counted it counts twice, until it counts again.
 */
final class WaitingCount {
    private final Part ready = new Part();
    private final Part held = new Part();

    /** Those that are run as soon as there is room. */
    synchronized int ready() {
        return ready.sum();
    }

    /** With those that a pause holds. */
    synchronized int all() {
        return ready.sum() + held.sum();
    }

    /** One is on its way there. */
    synchronized void asked(boolean isHeld) {
        part(isHeld).asked++;
    }

    /** It is there, or will never be. */
    synchronized void answered(boolean isHeld, boolean waits) {
        part(isHeld).asked--;
        part(isHeld).answered += waits ? 1 : 0;
    }

    /** A count of all begins: it will see what was answered so far. */
    synchronized void begin() {
        ready.begin();
        held.begin();
    }

    /** The same if only those are looked for that no pause holds. */
    synchronized void beginReady() {
        ready.begin();
    }

    /** What the count that was begun has found. */
    synchronized void counted(int nowReady, int nowHeld) {
        ready.counted = nowReady;
        held.counted = nowHeld;
    }

    /** The same if only those were looked for that no pause holds. */
    synchronized void counted(int nowReady) {
        ready.counted = nowReady;
    }

    synchronized void took(int number) {
        ready.counted = Math.max(0, ready.counted - number);
    }

    private Part part(boolean isHeld) {
        return isHeld ? held : ready;
    }

    private static final class Part {
        private int counted;
        private int answered;
        private int asked;

        int sum() {
            return counted + answered + asked;
        }

        void begin() {
            counted += answered;
            answered = 0;
        }
    }
}
