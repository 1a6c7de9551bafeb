-- The lines that stand on the agents' lists of a day, in their order.
--
-- Reads: callback_lists, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   work_date (date): day of the lists
--   staff_codes (text[]): agents whose lists are wanted; NULL: everybody's
--   only_untold (bool): only the lists of agents with a standing line of that day that was not mailed yet, each whole
WITH untold AS (
    SELECT DISTINCT u.staff_code
    FROM callback_lists AS u
    WHERE u.work_date = CAST(:work_date AS date) AND u.withdrawn_at IS NULL AND u.told_at IS NULL
)

SELECT
    l.staff_code,
    s.staff_name,
    l.callback_code,
    l.position,
    l.tries,
    l.parts,
    l.call_at,
    l.is_carried_over,
    l.why_agent,
    l.edition,
    l.told_at IS NULL AS is_untold
FROM callback_lists AS l
INNER JOIN staff AS s ON l.staff_code = s.staff_code
WHERE
    l.work_date = CAST(:work_date AS date)
    AND l.withdrawn_at IS NULL
    AND (CAST(:staff_codes AS text[]) IS NULL OR l.staff_code = any(CAST(:staff_codes AS text[])))
    AND (
        NOT CAST(:only_untold AS boolean)
        OR EXISTS (
            SELECT 1
            FROM untold AS t
            WHERE t.staff_code = l.staff_code
        )
    )
ORDER BY l.staff_code, l.position, l.callback_code
