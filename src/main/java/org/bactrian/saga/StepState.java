package org.bactrian.saga;

/**
 * Where a step is on its way: its action, then, when the saga ends, its callback. The states have the transitions that
 * lead out of them.
 */
sealed interface StepState {
    StepStatus status();

    /** The saga may still be open; the step's action runs, or has an outcome. */
    sealed interface Open extends StepState {
        default Open started() {
            return new Started();
        }

        default Open succeeded() {
            return new Succeeded();
        }

        default Open failed() {
            return new Failed();
        }

        default Called called(Call call) {
            return new Called(call);
        }
    }

    record Started() implements Open {
        @Override
        public StepStatus status() {
            return StepStatus.STARTED;
        }
    }

    record Succeeded() implements Open {
        @Override
        public StepStatus status() {
            return StepStatus.SUCCEEDED;
        }
    }

    record Failed() implements Open {
        @Override
        public StepStatus status() {
            return StepStatus.FAILED;
        }
    }

    /** Its completion or compensation was asked for, perhaps without an answer yet. */
    record Called(Call call) implements StepState {
        Settled settled() {
            return new Settled(call);
        }

        @Override
        public StepStatus status() {
            return call == Call.COMPLETION ? StepStatus.COMPLETING : StepStatus.COMPENSATING;
        }
    }

    record Settled(Call call) implements StepState {
        @Override
        public StepStatus status() {
            return call == Call.COMPLETION ? StepStatus.COMPLETED : StepStatus.COMPENSATED;
        }
    }
}
