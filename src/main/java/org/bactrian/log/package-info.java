/** The saga log on PostgreSQL. */
@NullMarked
package org.bactrian.log;

import org.jspecify.annotations.NullMarked;
