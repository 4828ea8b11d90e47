/**
 * The participant's side: guards a local transaction so that a call is applied once, and never after it was undone.
 * Source: the sub-transaction barrier of dtm and the TCC fence of Seata.
 */
@NullMarked
package org.bactrian.barrier;

import org.jspecify.annotations.NullMarked;
