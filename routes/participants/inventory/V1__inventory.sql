-- available + reserved + sold of a row never changes.
CREATE TABLE stock (
    sku text PRIMARY KEY,
    available bigint NOT NULL CHECK (available >= 0),
    reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    sold bigint NOT NULL DEFAULT 0 CHECK (sold >= 0)
);

INSERT INTO stock (sku, available) VALUES ('A-1', 1000000000), ('B-2', 1000), ('C-3', 0);

CREATE TABLE reservation (
    saga_id uuid PRIMARY KEY,
    order_id text NOT NULL UNIQUE,
    status text NOT NULL DEFAULT 'RESERVED' CHECK (status IN ('RESERVED', 'CONFIRMED', 'RELEASED'))
);

-- One row for each sku of an order, however many of its lines name it. No foreign key to stock: that an unknown sku is
-- refused is for the route to say.
CREATE TABLE reservation_item (
    saga_id uuid NOT NULL REFERENCES reservation,
    sku text NOT NULL,
    quantity bigint NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (saga_id, sku)
);
