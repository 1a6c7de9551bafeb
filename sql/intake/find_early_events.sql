-- Finds events said to have happened before their case was opened; by the minute where one of both has no seconds.
-- Reads: incoming_case_events (temporary: one row per event that is otherwise acceptable); cases.
-- Writes: nothing. Returns one row per such event: row_place and the instant its case was opened.
-- Rerun: the same rows on the same data.
SELECT
    i.row_place,
    c.opened_at
FROM incoming_case_events AS i
INNER JOIN cases AS c ON i.case_code = c.case_code
WHERE
    CASE
        WHEN extract(SECOND FROM i.event_at) = 0 OR extract(SECOND FROM c.opened_at) = 0
            THEN date_trunc('minute', i.event_at) < date_trunc('minute', c.opened_at)
        ELSE i.event_at < c.opened_at
    END
ORDER BY i.row_place
