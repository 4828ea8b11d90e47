/** What operators do at the command line, while Bactrian runs or not; each command ends by itself. */
@NullMarked
package org.bactrian.ops;

import org.jspecify.annotations.NullMarked;
