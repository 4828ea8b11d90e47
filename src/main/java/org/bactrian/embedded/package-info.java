/**
 * What a start without any infrastructure brings along: the data folder, a PostgreSQL, a Kafka broker and Hawtio. They
 * know nothing of sagas; whoever has databases and brokers of their own starts none of this but Hawtio.
 */
@NullMarked
package org.bactrian.embedded;

import org.jspecify.annotations.NullMarked;
