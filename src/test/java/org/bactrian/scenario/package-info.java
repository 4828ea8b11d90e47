/** What users do and see, with the shipped routes/ and config/ on a real database and a real broker. */
@NullMarked
package org.bactrian.scenario;

import org.jspecify.annotations.NullMarked;
