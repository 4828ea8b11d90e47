/**
 * The core, its finaliser and the ownership protocol, run over a model of the saga log by a seeded scheduler: one thread,
 * virtual time, and every fault that the world has.
 */
@NullMarked
package org.bactrian.simulation;

import org.jspecify.annotations.NullMarked;
