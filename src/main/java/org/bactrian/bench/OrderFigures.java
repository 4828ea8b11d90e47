package org.bactrian.bench;

/**
 * One line of the report on the order pipeline.
 *
 * @param cpuMillisPerOrder of everything: clients, application, Kafka and PostgreSQL
 * @param messagesPerOrder on Kafka
 * @param commitsPerOrder in PostgreSQL, those that only read included
 * @param whole whether every order is all done or all undone, as it must be, in the saga log and at every participant
 */
record OrderFigures(
        int clients,
        String system,
        double ordersPerSecond,
        double p50Millis,
        double p95Millis,
        double p99Millis,
        double cpuMillisPerOrder,
        double messagesPerOrder,
        double commitsPerOrder,
        boolean whole) {
    private static final String SYSTEM = "order-pipeline";

    static OrderFigures of(int clients, Slice slice, Traffic traffic, boolean whole) {
        double orders = Math.max(1, slice.orders());
        return new OrderFigures(
                clients,
                SYSTEM,
                Figures.rounded(slice.perSecond()),
                Figures.rounded(slice.millis(0.5)),
                Figures.rounded(slice.millis(0.95)),
                Figures.rounded(slice.millis(0.99)),
                Figures.rounded(slice.cpuMillisPerOrder()),
                Figures.rounded(traffic.messages() / orders),
                Figures.rounded(traffic.commits() / orders),
                whole);
    }
}
