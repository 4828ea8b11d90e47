/** The saga's own rules, without Camel, SQL or threads. */
@NullMarked
package org.bactrian.saga;

import org.jspecify.annotations.NullMarked;
