package org.bactrian.simulation;

/** How often what happened: a simulation in which nothing does proves nothing. */
final class Tally {
    long schedules;
    long events;
    long crashes;
    long longPauses;
    long stops;
    long fenced;
    long unanswered;
    long claims;
    long completed;
    long aborted;
    long parked;
    long words;
    long signals;
    long records;
    long refused;

    void add(Tally other) {
        schedules += other.schedules;
        events += other.events;
        crashes += other.crashes;
        longPauses += other.longPauses;
        stops += other.stops;
        fenced += other.fenced;
        unanswered += other.unanswered;
        claims += other.claims;
        completed += other.completed;
        aborted += other.aborted;
        parked += other.parked;
        words += other.words;
        signals += other.signals;
        records += other.records;
        refused += other.refused;
    }

    @Override
    public String toString() {
        return """
                %,d schedules, %,d events; sagas: %,d COMPLETED, %,d ABORTED, parked %,d times; %,d records, %,d refused by the database, %,d signals, %,d operators' words; \
                %,d crashes, %,d pauses longer than the lease, %,d stops, %,d fences, %,d unanswered commits, %,d claims""".formatted(
                        schedules,
                        events,
                        completed,
                        aborted,
                        parked,
                        records,
                        refused,
                        signals,
                        words,
                        crashes,
                        longPauses,
                        stops,
                        fenced,
                        unanswered,
                        claims);
    }
}
