-- Where nothing can be shipped to.
CREATE TABLE unreachable_country (
    country text PRIMARY KEY
);

INSERT INTO unreachable_country VALUES ('XX');

CREATE SEQUENCE tracking_number;

CREATE TABLE shipment (
    saga_id uuid PRIMARY KEY,
    order_id text NOT NULL UNIQUE,
    country text NOT NULL,
    tracking_number text NOT NULL UNIQUE DEFAULT 'T' || lpad(nextval('tracking_number')::text, 10, '0'),
    status text NOT NULL DEFAULT 'ARRANGED' CHECK (status IN ('ARRANGED', 'CANCELLED'))
);
