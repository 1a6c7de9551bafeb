-- INS-03, INS-05: judges every result of the touched inspections and says what it found.
--
-- A visit does not count when its inspector was not employed that day, when it lies before the plan, when the inspection
-- is cancelled (what had been judged before stays), when it lies after the plan's last day, or when the unit had been
-- entered before. A finding is one of the four points that is not in order, or a text that says more than that nothing
-- is amiss: one of whose parts between commas and stops is none of the words for that, whatever their case and width.
--
-- Reads: touched_inspections, inspected_communities (temporary), inspection_results, inspection_visits, staff
-- Writes: judged_results (temporary), one row per result of a touched inspection
-- Rerun: once per transaction
--
-- Params:
--   as_of (timestamptz): later results are invisible, inclusive
CREATE TEMPORARY TABLE judged_results ON COMMIT DROP AS
WITH results AS (
    SELECT
        r.*,
        t.community_code,
        t.unit_code,
        t.plan,
        t.state,
        t.first_day,
        t.last_day,
        CAST(r.inspected_at AT TIME ZONE 'Asia/Shanghai' AS date) AS visited_on,
        md5(CAST(row(
            r.staff_code, r.entered, r.valves_off, r.installations_ok, r.hygiene_ok, r.structure_ok, r.water_reading,
            r.electricity_reading, r.finding
        ) AS text)) AS content_digest,
        EXISTS (
            SELECT 1
            FROM regexp_split_to_table(lower(normalize(r.finding, nfkc)), '[,;、。.!\n]') AS p (part)
            WHERE btrim(p.part, E' \t\r') <> '' AND NOT btrim(p.part, E' \t\r') = any(c.nothing_amiss_words)
        )
        OR NOT coalesce(r.valves_off, TRUE)
        OR NOT coalesce(r.installations_ok, TRUE)
        OR NOT coalesce(r.hygiene_ok, TRUE)
        OR NOT coalesce(r.structure_ok, TRUE) AS has_finding,
        s.hired_on,
        s.left_on,
        v.verdict AS former_verdict,
        v.content_digest AS former_digest,
        v.case_code AS former_case_code
    FROM touched_inspections AS t
    INNER JOIN inspection_results AS r ON t.inspection_code = r.inspection_code AND r.inspected_at <= :as_of
    INNER JOIN staff AS s ON r.staff_code = s.staff_code
    INNER JOIN inspected_communities AS c ON t.community_code = c.community_code
    LEFT JOIN inspection_visits AS v ON r.inspection_code = v.inspection_code AND r.inspected_at = v.inspected_at
),

looked_at_alone AS (
    SELECT
        r.*,
        CASE
            WHEN r.visited_on < r.hired_on OR r.visited_on > r.left_on THEN 'by_leaver'
            WHEN r.visited_on < r.first_day THEN 'before_plan'
            WHEN r.state = 'cancelled' AND r.former_digest = r.content_digest AND r.former_verdict <> 'by_leaver'
                THEN r.former_verdict
            WHEN r.state = 'cancelled' THEN 'cancelled'
            WHEN r.visited_on > r.last_day THEN 'after_close'
            ELSE 'counted'
        END AS verdict_alone,
        r.has_finding AND r.former_case_code IS NULL AS is_new_finding
    FROM results AS r
)

SELECT
    a.inspection_code,
    a.inspected_at,
    a.community_code,
    a.unit_code,
    a.plan,
    a.state,
    a.first_day,
    a.last_day,
    a.visited_on,
    a.staff_code,
    a.entered,
    a.valves_off,
    a.installations_ok,
    a.hygiene_ok,
    a.structure_ok,
    a.water_reading,
    a.electricity_reading,
    a.finding,
    a.content_digest,
    a.former_digest IS NOT NULL AND a.former_digest <> a.content_digest AS is_corrected,
    a.has_finding,
    a.hired_on,
    a.left_on,
    a.former_case_code,
    CASE
        WHEN
            a.verdict_alone = 'counted'
            AND a.state <> 'cancelled'
            AND coalesce(bool_or(a.entered AND a.verdict_alone = 'counted') OVER earlier, FALSE)
            THEN 'already_done'
        ELSE a.verdict_alone
    END AS verdict,
    CASE
        WHEN a.is_new_finding
            THEN count(*) FILTER (WHERE a.is_new_finding) OVER so_far
    END AS case_no
FROM looked_at_alone AS a
WINDOW
    earlier AS (
        PARTITION BY a.inspection_code ORDER BY a.inspected_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ),
    so_far AS (
        PARTITION BY a.inspection_code ORDER BY a.inspected_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
