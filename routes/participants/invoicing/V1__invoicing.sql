-- Who cannot be sent an invoice.
CREATE TABLE uninvoiced_customer (
    customer_id bigint PRIMARY KEY
);

INSERT INTO uninvoiced_customer VALUES (666);

-- Numbers of invoices that were rolled back are missing: the sequence has gaps.
CREATE SEQUENCE invoice_number;

CREATE TABLE invoice (
    saga_id uuid PRIMARY KEY,
    order_id text NOT NULL UNIQUE,
    customer_id bigint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0), -- in minor units of the currency
    number text NOT NULL UNIQUE DEFAULT 'I' || lpad(nextval('invoice_number')::text, 10, '0'),
    status text NOT NULL DEFAULT 'ISSUED' CHECK (status IN ('ISSUED', 'CANCELLED'))
);
