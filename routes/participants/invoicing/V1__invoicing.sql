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
