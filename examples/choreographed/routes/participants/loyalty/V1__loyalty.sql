-- What a customer can spend.
CREATE TABLE member (
    customer_id bigint PRIMARY KEY,
    points bigint NOT NULL CHECK (points >= 0)
);
