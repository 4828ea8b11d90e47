package org.bactrian.saga;

/**
 * What was said to a saga under a name: the first of a name counts.
 *
 * @param type what kind of answer it is, {@code InventoryReserved}; empty if the sender did not say
 */
public record LoggedSignal(String name, String type, Content content) {}
