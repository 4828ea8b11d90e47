/** Camel's side: the durable saga service, the step recorder, and the endpoints {@code pipeline:}, {@code await:}, {@code signal:}. */
@NullMarked
package org.bactrian.camel;

import org.jspecify.annotations.NullMarked;
