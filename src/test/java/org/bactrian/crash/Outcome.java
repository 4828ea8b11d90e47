package org.bactrian.crash;

import java.util.List;
import java.util.Set;

/**
 * What became of one order.
 *
 * @param stopped whether its router was stopped where it should have been
 * @param left the saga's records then
 * @param found everything there is of it at last; see {@link Statement}
 * @param writes by whom it was ended, commit by commit
 */
record Outcome(boolean stopped, String left, String found, List<Set<String>> writes) {}
