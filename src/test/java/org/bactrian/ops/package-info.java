/** The operators' commands, given as at a terminal. */
@NullMarked
package org.bactrian.ops;

import org.jspecify.annotations.NullMarked;
