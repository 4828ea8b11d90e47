/** Camel's side: parts by themselves, and whole sagas in a real context on a real PostgreSQL. */
@NullMarked
package org.bactrian.camel;

import org.jspecify.annotations.NullMarked;
