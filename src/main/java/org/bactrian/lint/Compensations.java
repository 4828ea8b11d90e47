package org.bactrian.lint;

/** Every step says how it is undone. */
final class Compensations implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        sagas.steps().stream()
                .filter(step -> step.saga().compensation().isEmpty())
                .forEach(
                        step -> findings.add(
                                Rule.COMPENSATION,
                                step.route().place(step.saga().definition()),
                                "step %s has no compensation: what it has done stays when its saga aborts."
                                        .formatted(step.route().id()),
                                "name the route that undoes it; compensation: direct:nothing-to-undo if it leaves nothing behind."));
    }
}
