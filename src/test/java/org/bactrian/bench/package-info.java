@NullMarked
package org.bactrian.bench;

import org.jspecify.annotations.NullMarked;
