package org.bactrian.fault;

/**
 * One thing on its way between router and participants.
 *
 * @param saga whose it is
 * @param what of a Kafka record its message type, of an HTTP call its step and call: {@code create-order:action}
 */
record Delivery(String saga, String what) {}
