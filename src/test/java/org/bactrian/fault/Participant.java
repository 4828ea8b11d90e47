package org.bactrian.fault;

import java.util.Locale;
import org.bactrian.saga.Call;

/** The order pipeline's participants, in the order of the pipeline, with what travels between them and the router. */
public enum Participant {
    ORDER("create-order", "order", "APPROVED", "CANCELLED"),
    INVENTORY("reserve-inventory", "inventory", "CONFIRMED", "RELEASED"),
    PAYMENT("authorize-payment", "payment", "CAPTURED", "VOIDED"),
    SHIPPING("arrange-shipment", "shipment", "ARRANGED", "CANCELLED"),
    INVOICING("issue-invoice", "invoice", "ISSUED", "CANCELLED");

    private final String step;
    private final String part;
    private final String confirmed;
    private final String undone;

    Participant(String step, String part, String confirmed, String undone) {
        this.step = step;
        this.part = part;
        this.confirmed = confirmed;
        this.undone = undone;
    }

    public String step() {
        return step;
    }

    /** Its member in the composed order. */
    String part() {
        return part;
    }

    /** As {@code databases} names it. */
    public String database() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** In which its parts are, by order. */
    String table() {
        return switch (this) {
            case ORDER -> "purchase_order";
            case INVENTORY -> "reservation";
            case PAYMENT -> "payment_authorization";
            case SHIPPING -> "shipment";
            case INVOICING -> "invoice";
        };
    }

    /** Its part's status once the saga has completed. */
    String confirmed() {
        return confirmed;
    }

    /** Its part's status once the saga has aborted. */
    String undone() {
        return undone;
    }

    /** What guards its work is known by. */
    String barrier(Call call) {
        return step + ":" + call.header();
    }

    boolean overHttp() {
        return this == ORDER || this == PAYMENT;
    }

    /** Called by the router; the others join the saga, and have nothing to complete. */
    public boolean isCommanded() {
        return this != SHIPPING && this != INVOICING;
    }

    /** The delivery that asks it for this. The compensations of who joined are called in process: nothing travels. */
    String question(Call call) {
        return switch (this) {
            case ORDER, PAYMENT -> barrier(call);
            case INVENTORY ->
                switch (call) {
                    case ACTION -> "ReserveInventory";
                    case COMPLETION -> "ConfirmInventory";
                    case COMPENSATION -> "ReleaseInventory";
                };
            case SHIPPING -> "FulfilmentRequested";
            case INVOICING -> "ShipmentArranged";
        };
    }

    /** The record that says that it did; HTTP answers travel with their question. */
    String answer(Call call) {
        return switch (this) {
            case ORDER, PAYMENT -> barrier(call);
            case INVENTORY ->
                switch (call) {
                    case ACTION -> "InventoryReserved";
                    case COMPLETION -> "InventoryConfirmed";
                    case COMPENSATION -> "InventoryReleased";
                };
            case SHIPPING -> "ShipmentArranged";
            case INVOICING -> "InvoiceIssued";
        };
    }
}
