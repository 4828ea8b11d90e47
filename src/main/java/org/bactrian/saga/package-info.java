/** What a saga is and what may become of it: records, states and decisions, without Camel, SQL or threads. */
@NullMarked
package org.bactrian.saga;

import org.jspecify.annotations.NullMarked;
