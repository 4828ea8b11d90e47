-- What each call of a saga's step left behind; see org.bactrian.barrier. The action's row is the lock of its step.
CREATE TABLE saga_barrier (
    saga_id uuid NOT NULL,
    step text NOT NULL,
    call text NOT NULL CHECK (call IN ('action', 'completion', 'compensation')),
    -- 'nothing': a compensation that had nothing to undo, and the tombstone of the action that it forestalled
    outcome text NOT NULL CHECK (outcome IN ('applied', 'refused', 'nothing')),
    answer bytea, -- what to answer when the call is repeated, of a refusal the reason; NULL: an answer without body
    content_type text, -- NULL: the answer did not say
    message_type text, -- NULL: the answer is no Kafka message, or its route names the type
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga_id, step, call),
    CHECK (outcome <> 'refused' OR (call = 'action' AND answer IS NOT NULL)),
    CHECK (outcome <> 'nothing' OR call <> 'completion')
);

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
