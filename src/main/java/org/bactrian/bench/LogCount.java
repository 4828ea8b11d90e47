package org.bactrian.bench;

/**
 * What the saga log's writer has done so far.
 *
 * @param batches commits, heartbeats included
 * @param records sagas and their records
 */
record LogCount(long batches, long records) {
    LogCount since(LogCount before) {
        return new LogCount(batches - before.batches, records - before.records);
    }
}
