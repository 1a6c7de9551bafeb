-- Communities in which inspections are planned for the day and nobody at all is there to make them: the managers must
-- know in the morning, not at the month's end.
--
-- Reads: listable_inspections, listing_inspectors
-- Writes: inspection_remarks, one row per community and day
-- Rerun: nothing, for the day is noted
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   as_of (timestamptz): instant of the run
--   run_id (bigint): run that writes
INSERT INTO inspection_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    'nobody_there',
    i.community_code || '/' || to_char(CAST(:day AS date), 'YYYY-MM-DD'),
    i.community_code,
    jsonb_build_object('day', to_char(CAST(:day AS date), 'YYYY-MM-DD'), 'units', count(*)),
    CAST(:as_of AS timestamptz),
    CAST(:run_id AS bigint)
FROM listable_inspections AS i
WHERE
    i.staff_code IS NULL
    AND (i.due_on = CAST(:day AS date) OR i.is_weather)
    AND i.per_day > 0
    AND NOT EXISTS (
        SELECT 1
        FROM listing_inspectors AS p
        WHERE p.community_code IS NULL OR p.community_code = i.community_code
    )
GROUP BY i.community_code
ON CONFLICT (kind, subject) DO NOTHING
