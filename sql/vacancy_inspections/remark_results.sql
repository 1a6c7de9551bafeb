-- Results that do not count are told, each once: nothing an inspector reported is lost in silence.
--
-- Reads: judged_results (temporary)
-- Writes: inspection_remarks, one row per verdict and result
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noted at
--   run_id (bigint): run
INSERT INTO inspection_remarks (kind, subject, community_code, unit_code, detail, noted_at, run_id)
SELECT
    concat('result_', j.verdict),
    concat(j.inspection_code, ' ', to_char(j.inspected_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')),
    j.community_code,
    j.unit_code,
    jsonb_build_object(
        'inspection_code', j.inspection_code,
        'plan', j.plan,
        'visited_at', to_char(j.inspected_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
        'staff_code', j.staff_code,
        'entered', j.entered,
        'first_day', j.first_day,
        'last_day', j.last_day,
        'left_on', j.left_on,
        'hired_on', j.hired_on
    ),
    CAST(:as_of AS timestamptz),
    CAST(:run_id AS bigint)
FROM judged_results AS j
WHERE j.verdict <> 'counted'
ON CONFLICT (kind, subject) DO NOTHING
