-- The saga log for people and tools that read tables.

-- As saga_record, of every saga that has not been dropped; data is JSON without card tokens. Ask for one saga at a time.
CREATE VIEW saga_record_known AS
SELECT saga_id, seq, kind, step, saga_masked(data) AS data, at
FROM saga_record
UNION ALL
SELECT a.saga_id, r.seq, r.kind, r.step, r.data, r.at
FROM saga_archive a, json_to_recordset(a.records) AS r(seq integer, kind text, step text, data json, at timestamptz);

-- A row for each saga that a pipeline began. What is folded is folded for the rows that are asked for only: page by id.
CREATE VIEW order_saga_log AS
SELECT s.saga_id AS id,
       s.saga_id AS order_saga_execution_id,
       (SELECT r.step FROM saga_record_known r
        WHERE r.saga_id = s.saga_id AND r.step IS NOT NULL
        ORDER BY r.seq DESC LIMIT 1) AS order_saga_current_step, -- the last of which something was recorded; NULL: none has begun
       s.business_key AS order_id,
       (SELECT r.data ->> 'text' FROM saga_record_known r
        WHERE r.saga_id = s.saga_id AND r.seq = 0 AND r.kind = 'payload') AS order_saga_payload, -- NULL: it is no text
       s.status AS order_saga_status,
       (SELECT coalesce(json_object_agg(t.step, t.status ORDER BY t.place), '{}') FROM saga_step_known t
        WHERE t.saga_id = s.saga_id) AS order_saga_state,
       (SELECT count(*) FROM saga_record_known r WHERE r.saga_id = s.saga_id) AS order_saga_version,
       s.started_at AS start_date,
       s.ended_at AS end_date -- NULL: it has not ended
FROM saga_known s
WHERE s.business_key IS NOT NULL;
