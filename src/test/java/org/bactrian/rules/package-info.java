/** What the code must look like, so that nobody has to remember it. */
@NullMarked
package org.bactrian.rules;

import org.jspecify.annotations.NullMarked;
