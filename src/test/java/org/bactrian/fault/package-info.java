/** What goes wrong between and inside participants, on a real database and a real broker, and what must come of it. */
@NullMarked
package org.bactrian.fault;

import org.jspecify.annotations.NullMarked;
