@NullMarked
package org.bactrian;

import org.jspecify.annotations.NullMarked;
