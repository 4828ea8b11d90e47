/** The saga log on a real PostgreSQL. */
@NullMarked
package org.bactrian.log;

import org.jspecify.annotations.NullMarked;
