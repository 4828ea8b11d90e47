/** The whole application, ended between any two durable writes of an order, and what its next start makes of it. */
@NullMarked
package org.bactrian.crash;

import org.jspecify.annotations.NullMarked;
