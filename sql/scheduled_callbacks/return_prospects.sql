-- Prospects who are interested again leave the dropped list: the register says so and gives no reason; after a refusal only
-- when the register's row was taken in since, or the refusal was taken back by a corrected result; who could not be
-- reached, when there is a number that is not wrong.
--
-- Reads: dropped_prospects, customers, intake_files, callbacks, callback_bad_numbers, scopes_of_day (temporary)
-- Writes: dropped_prospects: returned_on
-- Rerun: nothing more
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day planned
--   at (timestamptz): instant it is planned at; later facts are invisible
--   prospects (text): scope of prospects
UPDATE dropped_prospects AS d
SET
    returned_on = CAST(:day AS date),
    run_id = CAST(:run_id AS bigint)
FROM customers AS c
LEFT JOIN intake_files AS f ON c.loaded_from = f.file_id
WHERE
    d.customer_code = c.customer_code
    AND d.returned_on IS NULL
    AND d.dropped_on <= CAST(:day AS date)
    AND c.customer_type = 'prospect'
    AND c.interested
    AND nullif(trim(c.dropped_reason), '') IS NULL
    AND c.phone IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM callback_bad_numbers AS b
        WHERE b.customer_code = c.customer_code AND b.phone = c.phone AND b.noted_at <= CAST(:at AS timestamptz)
    )
    AND (
        d.reason <> 'refused'
        OR EXISTS (
            SELECT 1
            FROM callbacks AS h
            WHERE h.callback_code = d.callback_code AND h.state <> 'refused'
        )
        OR f.as_of > (
            SELECT h.closed_at
            FROM callbacks AS h
            WHERE h.callback_code = d.callback_code
        )
    )
    AND EXISTS (
        SELECT 1
        FROM scopes_of_day AS s
        WHERE s.scope = CAST(:prospects AS text)
    )
