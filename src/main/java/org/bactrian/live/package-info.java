/** Live editing: what is saved in routes/ runs at once, with sagas in flight. */
@NullMarked
package org.bactrian.live;

import org.jspecify.annotations.NullMarked;
