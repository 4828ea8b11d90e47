-- An order as its customer placed it, without the means of payment.
CREATE TABLE purchase_order (
    saga_id uuid PRIMARY KEY,
    order_id text NOT NULL UNIQUE,
    customer_id bigint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0), -- in minor units of the currency
    status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'APPROVED', 'CANCELLED'))
);
