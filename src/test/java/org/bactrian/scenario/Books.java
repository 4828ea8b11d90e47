package org.bactrian.scenario;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The participants' books at one moment, of sku A-1 and one customer. When all sagas have ended nothing is held and the sums
 * are what completed orders took.
 */
record Books(long available, long reserved, long sold, long authorized, long captured) {

    static Books of(Client client, long customer) {
        JsonNode stock = client.json("/inventory/stock/A-1");
        JsonNode account = client.json("/payment/customers/" + customer);
        return new Books(
                stock.get("available").longValue(),
                stock.get("reserved").longValue(),
                stock.get("sold").longValue(),
                account.get("authorized").longValue(),
                account.get("captured").longValue());
    }

    /** What they must be after an order of this many, at this price, has completed. */
    Books after(long quantity, long unitPrice) {
        return new Books(available - quantity, reserved, sold + quantity, authorized, captured + quantity * unitPrice);
    }
}
