-- Removes working hours that incoming rows of the same calendar and day overlap, so that they can take their place; a row
-- without hours is the whole day. Rows with the same key stay: they are updated.
-- Reads: incoming (temporary: one row per accepted row of the file that differs from what stands).
-- Writes: calendar_days (removes), register_history (grain: one row per row removed).
-- Rerun: changes nothing.
-- Params:
--   file_id (integer): the file
--   changed_at (timestamptz): wall clock
--   confirmed_by (text): second person who confirmed; NULL: none was needed
WITH removed AS (
    DELETE FROM calendar_days AS c
    USING incoming AS i
    WHERE
        c.calendar_code = i.calendar_code
        AND c.day = i.day
        AND c.opens_at IS DISTINCT FROM i.opens_at
        AND coalesce(c.opens_at < i.closes_at, TRUE)
        AND coalesce(i.opens_at < c.closes_at, TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM incoming AS same
            WHERE
                same.calendar_code = c.calendar_code
                AND same.day = c.day
                AND same.opens_at IS NOT DISTINCT FROM c.opens_at
        )
    RETURNING
        c.calendar_code,
        c.day,
        c.opens_at,
        c.loaded_from AS previous_from,
        to_jsonb(c) - 'loaded_from' - 'loaded_row' - 'calendar_days_id' AS before,
        i.loaded_row AS changed_row
)

INSERT INTO register_history
(dataset, key, action, before, previous_from, changed_from, changed_row, changed_at, confirmed_by)
SELECT
    'calendar_days' AS dataset,
    jsonb_build_object(
        'calendar_code', r.calendar_code, 'day', CAST(r.day AS text), 'opens_at', CAST(r.opens_at AS text)
    ) AS key,
    'replaced' AS action,
    r.before,
    r.previous_from,
    CAST(:file_id AS bigint) AS changed_from,
    r.changed_row,
    CAST(:changed_at AS timestamptz) AS changed_at,
    CAST(:confirmed_by AS text) AS confirmed_by
FROM removed AS r
