-- CB-01: repairs finished of which nobody knows whether they were in a home: not called back, and said once.
--
-- Reads: waiting_facts, called_communities, rules_in_force (temporary), callback_remarks
-- Writes: callback_remarks, one row per case
-- Rerun: no row for what is remarked already
--
-- Params:
--   at (timestamptz): instant of the day planned, inclusive
--   run_id (bigint): run that writes it
INSERT INTO callback_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT DISTINCT ON (w.case_code)
    'area_unknown' AS kind,
    'case:' || w.case_code AS subject,
    w.community_code,
    jsonb_build_object('case', w.case_code) AS detail,
    CAST(:at AS timestamptz) AS noted_at,
    CAST(:run_id AS bigint) AS run_id
FROM waiting_facts AS w
INNER JOIN called_communities AS k ON w.community_code = k.community_code
WHERE
    w.trigger = 'area_unknown'
    AND w.triggered_at <= CAST(:at AS timestamptz)
    AND w.triggered_at >= CAST(k.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai'
    AND EXISTS (
        SELECT 1
        FROM rules_in_force AS r
        WHERE r.trigger = 'repair_resolved'
    )
ORDER BY w.case_code ASC, w.triggered_at ASC
ON CONFLICT (kind, subject) DO NOTHING
