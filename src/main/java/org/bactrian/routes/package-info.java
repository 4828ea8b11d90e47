/** Route files as they are written: cut into what can be looked at and replaced one by one, with where each thing stands. */
@NullMarked
package org.bactrian.routes;

import org.jspecify.annotations.NullMarked;
