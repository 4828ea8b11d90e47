package org.bactrian.simulation;

/** A fault of the model's side that is planted to see it found. */
enum Plant {
    NONE,
    /** The log takes the batches of the dead, and a batch that is sent again once more. */
    NO_FENCE,
    /** One signal in four is told to nobody and found by no look at the log. */
    SIGNAL_DROPPED
}
