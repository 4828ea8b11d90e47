-- Amounts are in minor units. A customer that is not here yet gets a row with its first authorization.
CREATE TABLE customer (
    customer_id bigint PRIMARY KEY CHECK (customer_id > 0),
    credit_limit bigint NOT NULL DEFAULT 1000000000000000 CHECK (credit_limit >= 0),
    authorized bigint NOT NULL DEFAULT 0 CHECK (authorized >= 0),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
    CHECK (authorized + captured <= credit_limit)
);

INSERT INTO customer (customer_id, credit_limit) VALUES (456, 50000);

-- Whom payment does not know; everybody else is a customer.
CREATE TABLE stranger (
    customer_id bigint PRIMARY KEY
);

INSERT INTO stranger VALUES (404);

CREATE TABLE payment_authorization (
    saga_id uuid PRIMARY KEY,
    order_id text NOT NULL UNIQUE,
    -- a new customer's row comes later in the same transaction
    customer_id bigint NOT NULL REFERENCES customer DEFERRABLE INITIALLY DEFERRED,
    amount bigint NOT NULL CHECK (amount >= 0),
    status text NOT NULL DEFAULT 'AUTHORIZED' CHECK (status IN ('AUTHORIZED', 'CAPTURED', 'VOIDED'))
);
