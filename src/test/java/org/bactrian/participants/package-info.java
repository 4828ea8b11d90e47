/** The participants, each over its real endpoints, database and broker. */
@NullMarked
package org.bactrian.participants;

import org.jspecify.annotations.NullMarked;
