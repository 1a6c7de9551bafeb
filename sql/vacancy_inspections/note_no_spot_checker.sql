-- Communities whose spot checks of a month have nobody to make them.
--
-- Reads: inspections
-- Writes: inspection_remarks, one row per community and month checked
-- Rerun: only what differs
--
-- Params:
--   run_id (bigint): run that does it
--   at (timestamptz): instant the run works at
--   checked_period (text): the month checked, YYYY-MM
INSERT INTO inspection_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    'no_spot_checker' AS kind,
    i.community_code || ':' || i.period AS subject,
    i.community_code,
    jsonb_build_object('period', i.period, 'units', count(*)) AS detail,
    CAST(:at AS timestamptz) AS noted_at,
    :run_id AS run_id
FROM inspections AS i
WHERE
    i.plan = 'spot_check'
    AND i.period = CAST(:checked_period AS text)
    AND i.staff_code IS NULL
GROUP BY i.community_code, i.period
ON CONFLICT (kind, subject) DO UPDATE
    SET
        detail = excluded.detail,
        run_id = excluded.run_id
    WHERE inspection_remarks.detail <> excluded.detail
