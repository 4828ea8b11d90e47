package org.bactrian.saga;

/** Where a saga is on its way. Each state has the transitions that lead out of it, so that no other can be written down. */
sealed interface SagaState {
    SagaStatus status();

    /** Steps may begin; the end is open. */
    record Started() implements SagaState {
        Completing completing() {
            return new Completing();
        }

        /** Without a completion to call there is nothing to wait for. */
        Completed completed() {
            return new Completed();
        }

        Aborting aborting(Failure why) {
            return new Aborting(why);
        }

        @Override
        public SagaStatus status() {
            return SagaStatus.STARTED;
        }
    }

    /** Past the point of no return: what is done is being confirmed. */
    record Completing() implements SagaState {
        Completed completed() {
            return new Completed();
        }

        @Override
        public SagaStatus status() {
            return SagaStatus.COMPLETING;
        }
    }

    /** What was done is being undone. */
    record Aborting(Failure why) implements SagaState {
        Aborted aborted() {
            return new Aborted(why);
        }

        @Override
        public SagaStatus status() {
            return SagaStatus.ABORTING;
        }
    }

    record Completed() implements SagaState {
        @Override
        public SagaStatus status() {
            return SagaStatus.COMPLETED;
        }
    }

    record Aborted(Failure why) implements SagaState {
        @Override
        public SagaStatus status() {
            return SagaStatus.ABORTED;
        }
    }
}
