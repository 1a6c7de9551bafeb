-- INS-03, INS-05: inspections whose results must be judged: a result is new or has been corrected, its inspector is known
-- to have left (or not to have) since, its inspection is no longer cancelled, or a remark on the unit's readings may
-- have lost its reason. All results of such an inspection are judged together, for one visit decides whether another counts.
--
-- Reads: inspection_results, inspections, inspection_visits, staff, inspected_communities, settled_remarks
--     (temporary)
-- Writes: touched_inspections (temporary), one row per inspection
-- Rerun: once per transaction
--
-- Params:
--   as_of (timestamptz): later results are invisible, inclusive
--   today (date): day of as_of in Asia/Shanghai; communities live later are left alone
CREATE TEMPORARY TABLE touched_inspections ON COMMIT DROP AS
WITH results AS (
    SELECT
        r.inspection_code,
        r.inspected_at,
        md5(CAST(row(
            r.staff_code, r.entered, r.valves_off, r.installations_ok, r.hygiene_ok, r.structure_ok, r.water_reading,
            r.electricity_reading, r.finding
        ) AS text)) AS content_digest,
        CAST(r.inspected_at AT TIME ZONE 'Asia/Shanghai' AS date)
        NOT BETWEEN coalesce(s.hired_on, date '0001-01-01') AND coalesce(s.left_on, date '9999-12-31') AS is_by_leaver
    FROM inspection_results AS r
    INNER JOIN staff AS s ON r.staff_code = s.staff_code
    WHERE r.inspected_at <= :as_of
)

SELECT DISTINCT
    i.inspection_code,
    i.community_code,
    i.unit_code,
    i.plan,
    i.state,
    CASE
        WHEN i.plan IN ('monthly', 'basement') THEN greatest(to_date(i.period, 'YYYY-MM'), i.planned_on)
        WHEN i.plan = 'fit_out' THEN i.due_on
        ELSE i.planned_on
    END AS first_day,
    CASE
        WHEN i.plan IN ('monthly', 'basement')
            THEN CAST(to_date(i.period, 'YYYY-MM') + interval '1 month' - interval '1 day' AS date)
        WHEN i.plan = 'spot_check'
            THEN CAST(to_date(i.period, 'YYYY-MM') + interval '2 months' - interval '1 day' AS date)
        WHEN i.plan = 'fit_out' THEN i.due_on + 3
        ELSE coalesce(CAST(i.deadline AT TIME ZONE 'Asia/Shanghai' AS date), i.due_on)
    END AS last_day
FROM results AS r
INNER JOIN inspections AS i ON r.inspection_code = i.inspection_code
INNER JOIN inspected_communities AS c ON i.community_code = c.community_code AND c.live_from <= :today
LEFT JOIN inspection_visits AS v ON r.inspection_code = v.inspection_code AND r.inspected_at = v.inspected_at
WHERE
    v.verdict IS NULL
    OR v.content_digest <> r.content_digest
    OR (v.verdict = 'by_leaver') <> r.is_by_leaver
    OR (v.verdict = 'cancelled' AND i.state <> 'cancelled')
    OR (i.community_code, i.unit_code) IN (
        SELECT
            e.community_code,
            e.unit_code
        FROM settled_remarks AS e
    )
