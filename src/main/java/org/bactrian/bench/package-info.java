/** Measures what durability costs: the same work beside plain JDBC and Camel's in-memory saga, and the order pipeline. */
@NullMarked
package org.bactrian.bench;

import org.jspecify.annotations.NullMarked;
