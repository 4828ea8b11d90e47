package org.bactrian.saga;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What was asked for, as text, in order. */
final class Script implements Surroundings {
    private final List<String> lines = new ArrayList<>();

    /** The last record's number. */
    int appended;

    /** There is no room for records. */
    boolean full;

    List<String> drain() {
        List<String> drained = List.copyOf(lines);
        lines.clear();
        return drained;
    }

    @Override
    public boolean append(int seq, SagaRecord record) {
        appended = seq;
        String text = record.getClass().getSimpleName();
        if (record instanceof SagaRecord.StepCompensating compensating) {
            text += " " + compensating.step() + " " + compensating.attempt();
        } else if (record instanceof SagaRecord.StepCompleting completing) {
            text += " " + completing.step() + " " + completing.attempt();
        } else if (record instanceof SagaRecord.Waiting waiting) {
            text += " " + waiting.step();
        } else if (record instanceof SagaRecord.OfStep ofStep) {
            text += " " + ofStep.step();
        } else if (record instanceof SagaRecord.Parked parked) {
            text += " " + parked.reason();
        } else if (record instanceof SagaRecord.Said said) {
            text += " " + said.word().name();
        }
        lines.add("append %d %s".formatted(seq, text));
        return !full;
    }

    @Override
    public void run(Content payload) {
        lines.add("run");
    }

    @Override
    public void call(Step step, Call call, int attempt) {
        lines.add("call %s %s %d".formatted(step.name(), call, attempt));
    }

    @Override
    public void wake(Duration after, Alarm alarm) {
        String what = alarm instanceof Alarm.AskAgain again ? " " + again.step() + " " + again.lastError() : "";
        lines.add("wake %s %s%s".formatted(after, alarm.getClass().getSimpleName(), what));
    }

    @Override
    public void endPauses() {
        lines.add("end pauses");
    }

    @Override
    public void settled(RuntimeException why) {
        lines.add("settled " + why.getMessage());
    }

    @Override
    public void driveAnew() {
        lines.add("drive anew");
    }
}
