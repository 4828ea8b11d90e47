package org.bactrian.camel;

import org.bactrian.saga.Content;

/**
 * What was said to a saga under a name: a reply, an event, a human's word.
 *
 * @param type what kind of answer it is, {@code InventoryReserved}; empty if the sender did not say
 */
record Signal(String type, Content content) {}
