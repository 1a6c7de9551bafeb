-- CB-08: visits nobody signed, and dissatisfied ones of no community, for which no case can be opened, are told once.
--
-- Reads: judged_visits (temporary)
-- Writes: callback_remarks, one row per kind and visit
-- Rerun: nothing new
--
-- Params:
--   at (timestamptz): instant it is noticed at
--   run_id (bigint): run
INSERT INTO callback_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    k.kind,
    v.visit_code,
    v.community_code,
    jsonb_build_object(
        'visit_code', v.visit_code,
        'visited_at', to_char(v.visited_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
        'staff_code', v.staff_code,
        'satisfaction', v.satisfaction
    ),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM judged_visits AS v
CROSS JOIN
    LATERAL (
        VALUES
        ('visit_not_signed', v.is_unsigned),
        ('visit_without_community', v.is_dissatisfied AND v.community_code IS NULL)
    ) AS k (kind, is_so)
WHERE k.is_so
ON CONFLICT (kind, subject) DO NOTHING
