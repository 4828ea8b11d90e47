/** Starts the application; the only place that sees every part. */
@NullMarked
package org.bactrian;

import org.jspecify.annotations.NullMarked;
