-- A letter that was planned on this day, never let out, and would be planned just so again stays; this run takes it over.
--
-- Reads: planned_notices, unvetted_notices (temporary), dunning_bills
-- Writes: dunning (run of the letters taken over), unvetted_notices through the statement after it
-- Rerun: returns the same letters
--
-- Params:
--   on_day (date): day of the run
--   run_id (bigint): the run
UPDATE dunning AS kept
SET run_id = CAST(:run_id AS bigint)
FROM planned_notices AS p
WHERE
    kept.state = 'planned'
    AND kept.run_on = CAST(:on_day AS date)
    AND kept.community_code = p.community_code
    AND kept.unit_code = p.unit_code
    AND kept.customer_code = p.customer_code
    AND kept.way = p.way
    AND kept.building_code IS NOT DISTINCT FROM p.building_code
    AND p.bills = (
        SELECT string_agg(b.bill_code || '=' || b.level || '=' || b.amount, ',' ORDER BY b.bill_code)
        FROM dunning_bills AS b
        WHERE b.notice_code = kept.notice_code
    )
    AND EXISTS (
        SELECT 1
        FROM unvetted_notices AS v
        WHERE v.notice_code = kept.notice_code
    )
RETURNING kept.notice_code AS notice_code
