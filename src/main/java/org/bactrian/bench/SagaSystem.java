package org.bactrian.bench;

import java.util.Optional;

/** One way of doing the work, side by side with the others. */
interface SagaSystem extends AutoCloseable {
    /** As in the report; also the application name of its database connections. */
    String name();

    /** Does the work for one order and returns when its client would be told the end. Called from many threads. */
    void run(long order) throws Exception;

    /**
     * How many orders from the first, inclusive, to the last, exclusive, its own records know as ended rightly; as many as
     * there are, if it keeps none.
     */
    default long ended(long first, long last) {
        return last - first;
    }

    /** Empty if it keeps no log. */
    default Optional<LogCount> logged() {
        return Optional.empty();
    }

    @Override
    void close();
}
