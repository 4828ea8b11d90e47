package org.bactrian.fault;

/** Decides what becomes of each delivery. */
@FunctionalInterface
interface Traffic {
    Traffic UNDISTURBED = delivery -> Fate.PASSES;

    Fate of(Delivery delivery);
}
