/**
 * What is wrong with pipelines can be told before they run: the start-up lint, and the plan of a pipeline. Both read the
 * definitions that Camel makes of the route files; nothing is started.
 */
@NullMarked
package org.bactrian.lint;

import org.jspecify.annotations.NullMarked;
