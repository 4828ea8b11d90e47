package org.bactrian.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bugs that are planted one at a time are found: else that nothing is found would mean nothing. */
class PlantedBugTest {
    private static final Logger LOG = LoggerFactory.getLogger(PlantedBugTest.class);
    private static final int MOST = 10_000;

    @TempDir
    Path folder;

    @Test
    void noFence() {
        found("no fence", Optional.ofNullable(Schedule.firstViolation(MOST, Plant.NO_FENCE.name())));
    }

    @Test
    void aSignalIsDropped() {
        found("a signal dropped", Optional.ofNullable(Schedule.firstViolation(MOST, Plant.SIGNAL_DROPPED.name())));
    }

    @Test
    void compensationsRunForward() throws Exception {
        plant("forward instead of reverse order", "Saga.java", Map.of("left.add(0, step);", "left.add(step);"), "G5");
    }

    @Test
    void aStepBeginsAfterAborting() throws Exception {
        plant(
                "a step begins after ABORTING",
                "Saga.java",
                Map.of(
                        "if (status() != SagaStatus.STARTED) {",
                        "if (status().isEnd()) {",
                        "require(status() == SagaStatus.STARTED && !steps.containsKey(begun.step()), record);",
                        "require(!steps.containsKey(begun.step()), record);"),
                "");
    }

    @Test
    void theAttemptCounterIsResetByARestart() throws Exception {
        plant(
                "the attempt counter reset by a restart",
                "Folded.java",
                Map.of(
                        "        var open = new HashMap<",
                        "        saga.steps().forEach(Step::forgiveAttempts);\n        var open = new HashMap<"),
                "G5");
    }

    @Test
    void completeIsGrantedWhateverTheStepsSay() throws Exception {
        plant(
                "complete granted whatever the steps say",
                "SagaDriver.java",
                Map.of(
                        "} else if (obstacle.isPresent()) {",
                        "} else if (obstacle.isPresent() && saga.parked().isPresent()) {"),
                "");
    }

    @Test
    void whatIsUndoneIsStillInFlight() throws Exception {
        plant(
                "an action in flight is undone",
                "SagaDriver.java",
                Map.of("if (busy.isPresent()) {", "if (busy.isPresent() && saga.parked().isPresent()) {"),
                "G5");
    }

    @Test
    void aSuccessIsRunAgain() throws Exception {
        plant(
                "a recorded step is run again",
                "Replay.java",
                Map.of("if (step.result().isPresent()) {", "if (step.result().isPresent() && !before) {"),
                "G6");
    }

    @Test
    void nothingPlanted_nothingFound() throws Exception {
        try (Mutant mutant = Mutant.of(folder, "Saga.java", Map.of())) {
            assertThat(mutant.firstViolation(200)).isEmpty();
        }
    }

    private void plant(String bug, String file, Map<String, String> changes, String guarantee) throws Exception {
        try (Mutant mutant = Mutant.of(folder, file, changes)) {
            found(bug, mutant.firstViolation(MOST).filter(violation -> violation.contains(guarantee)));
        }
    }

    private static void found(String bug, Optional<String> violation) {
        assertThat(violation).as(bug).isPresent();
        LOG.info("planted: {}; found: {}", bug, violation.orElse(""));
    }
}
