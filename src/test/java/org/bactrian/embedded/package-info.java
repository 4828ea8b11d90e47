/** Tests of the embedded parts against real processes, ports and files; and the browser that others use too. */
@NullMarked
package org.bactrian.embedded;

import org.jspecify.annotations.NullMarked;
