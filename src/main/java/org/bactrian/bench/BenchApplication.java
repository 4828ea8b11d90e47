package org.bactrian.bench;

import javax.sql.DataSource;

/** The whole application, with the shipped routes, started for a benchmark alone and gone with it. */
public interface BenchApplication extends AutoCloseable {
    /** Where its HTTP API is, without a slash at the end. */
    String url();

    /** Where its Kafka is. */
    String brokers();

    /** The pool of the saga log's database or of a participant's. */
    DataSource database(String name);

    @Override
    void close();
}
