-- The lots of some months, with what they rest on, agent by agent in the order of months.
--
-- Reads: quality_lots
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   month (text): month up to which, YYYY-MM
--   is_it (boolean): that month alone and only lots that are not closed; else those before it
SELECT
    q.period,
    q.staff_code,
    q.inspection,
    q.sample_size,
    q.acceptance_number,
    q.nonconforming,
    q.verdict,
    q.next_inspection,
    q.explanation
FROM quality_lots AS q
WHERE
    CASE
        WHEN CAST(:is_it AS boolean) THEN q.period = CAST(:month AS text) AND NOT q.is_final
        ELSE q.period < CAST(:month AS text)
    END
ORDER BY q.staff_code, q.period
