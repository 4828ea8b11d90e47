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
