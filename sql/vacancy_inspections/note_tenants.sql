-- INS-01: remarks units that count as vacant (registered, or not fitted out) though a tenant is known to live there. Nothing
-- else changes by it: somebody has to find out which of the two is right.
--
-- Reads: derived_vacancies (temporary), occupancies
-- Writes: inspection_remarks, one row per unit, reason and first day of the vacancy
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noticed at
--   day (date): its day, inclusive
--   run_id (bigint): run
INSERT INTO inspection_remarks (kind, subject, community_code, unit_code, detail, noted_at, run_id)
SELECT
    'tenant_lives_there' AS kind,
    concat_ws('/', v.community_code, v.unit_code, v.reason, v.start_date) AS subject,
    v.community_code,
    v.unit_code,
    jsonb_build_object(
        'reason', v.reason, 'start_date', v.start_date, 'tenant_since', max(o.start_date)
    ) AS detail,
    CAST(:as_of AS timestamptz) AS noted_at,
    CAST(:run_id AS bigint) AS run_id
FROM derived_vacancies AS v
INNER JOIN occupancies AS o
    ON
        v.community_code = o.community_code
        AND v.unit_code = o.unit_code
        AND o.role = 'tenant'
        AND o.start_date <= CAST(:day AS date)
        AND coalesce(o.end_date >= CAST(:day AS date), TRUE)
WHERE
    v.reason IN ('registered', 'not_fitted_out')
    AND v.start_date <= CAST(:day AS date)
    AND coalesce(v.end_date >= CAST(:day AS date), TRUE)
GROUP BY v.community_code, v.unit_code, v.reason, v.start_date
ON CONFLICT (kind, subject) DO NOTHING
