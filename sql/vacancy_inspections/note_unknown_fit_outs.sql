-- Remarks, once per community, how many units handed over nobody says are fitted out or not: they count as not vacant.
--
-- Reads: units, fit_outs, inspected_communities (temporary)
-- Writes: inspection_remarks, one row per community
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noticed at
--   day (date): its day, inclusive; handovers after it are not seen
--   run_id (bigint): run
INSERT INTO inspection_remarks AS m (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    'fit_out_unknown' AS kind,
    u.community_code AS subject,
    u.community_code,
    jsonb_build_object('units', count(*)) AS detail,
    CAST(:as_of AS timestamptz) AS noted_at,
    CAST(:run_id AS bigint) AS run_id
FROM units AS u
INNER JOIN inspected_communities AS c ON u.community_code = c.community_code
WHERE
    c.live_from <= CAST(:day AS date)
    AND u.unit_use IN ('residential', 'shop', 'office')
    AND u.handover_date <= CAST(:day AS date)
    AND u.fit_out IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM fit_outs AS f
        WHERE
            f.community_code = u.community_code
            AND f.unit_code = u.unit_code
    )
GROUP BY u.community_code
ON CONFLICT (kind, subject) DO UPDATE SET
    detail = excluded.detail,
    run_id = excluded.run_id
WHERE m.detail <> excluded.detail
