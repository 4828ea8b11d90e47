-- What each call of a saga's step left behind: the barrier's table, the same in every participant.
CREATE TABLE saga_barrier (
    saga_id uuid NOT NULL,
    step text NOT NULL,
    call text NOT NULL CHECK (call IN ('action', 'completion', 'compensation')),
    outcome text NOT NULL CHECK (outcome IN ('applied', 'refused', 'nothing')),
    answer bytea, -- what to answer when the call is repeated, of a refusal the reason; NULL: an answer without body
    content_type text,
    message_type text,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga_id, step, call),
    CHECK (outcome <> 'refused' OR (call = 'action' AND answer IS NOT NULL)),
    CHECK (outcome <> 'nothing' OR call <> 'completion')
);

-- What a customer can spend.
CREATE TABLE member (
    customer_id bigint PRIMARY KEY,
    points bigint NOT NULL CHECK (points >= 0)
);

-- Points earned (above 0) are the member's once they are BOOKED; points spent (below 0) are gone unless UNDONE.
CREATE TABLE entry (
    saga_id uuid NOT NULL,
    step text NOT NULL,
    customer_id bigint NOT NULL,
    points bigint NOT NULL,
    status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'BOOKED', 'UNDONE')),
    PRIMARY KEY (saga_id, step)
);
