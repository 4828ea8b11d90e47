/** Tests of the lint and the plan: each rule is broken once, and what is safe is left alone. */
@NullMarked
package org.bactrian.lint;

import org.jspecify.annotations.NullMarked;
