-- Who drives a saga, and what was said to it.

-- One start of one router process. The row is its fence, its heartbeat, and the answer to a commit that went unanswered.
CREATE TABLE router_instance (
    instance_id  uuid        PRIMARY KEY,
    batch        bigint      NOT NULL DEFAULT 0, -- the last one that was committed
    dead         boolean     NOT NULL DEFAULT false, -- declared so by another: it can commit nothing any more
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

ALTER TABLE saga
    ADD COLUMN owner uuid, -- NULL: nobody's, whoever has room takes it. No foreign key: instances are forgotten, ended sagas stay
    ADD COLUMN claims integer NOT NULL DEFAULT 0; -- from dead owners, since the last record or reached wait

CREATE INDEX saga_owned ON saga (owner, saga_id) WHERE ended_at IS NULL;
DROP INDEX saga_unfinished;

-- The writer asks for the owner, and so for the saga, with every record; the key would lock the saga's row each time.
ALTER TABLE saga_record DROP CONSTRAINT saga_record_saga_id_fkey;

CREATE TABLE saga_signal (
    saga_id     uuid        NOT NULL,
    name        text        NOT NULL,
    type        text        NOT NULL, -- empty: the sender did not say
    data        bytea       NOT NULL, -- the content, as in the data of a record that succeeded
    told        uuid,                 -- the instance that wrote it, if it owned the saga: it knows. NULL: the owner must look
    xid         xid8        NOT NULL DEFAULT pg_current_xact_id(), -- who looks again, looks from the oldest still running
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga_id, name)
);

CREATE INDEX saga_signal_untold ON saga_signal (xid) WHERE told IS NULL;
