-- The day's visits to fit-outs, one per unit, each for the inspector on the roster who has least to do that day: the
-- community's own, else the company's, else nobody yet.
--
-- Reads: fit_out_visits, inspection_slots, planned_communities (temporary), units, inspections
-- Writes: inspections, one row per unit and day
-- Rerun: only what differs
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day that is planned
--   period (text): its month, YYYY-MM
INSERT INTO inspections (
    inspection_code, plan, period, community_code, unit_code, staff_code, due_on, state, occasion, building_code,
    planned_on, checklist, stages, run_id
)
WITH on_duty AS (
    SELECT
        s.group_code,
        s.staff_code,
        (
            SELECT count(*)
            FROM inspections AS i
            WHERE
                i.staff_code = s.staff_code
                AND i.due_on = CAST(:day AS date)
                AND i.state IN ('planned', 'not_entered', 'done')
        ) AS taken
    FROM inspection_slots AS s
    WHERE s.day = CAST(:day AS date)
),

new_visits AS (
    SELECT
        v.community_code,
        u.building_code,
        v.unit_code,
        v.stages,
        CASE WHEN v.community_code IN (SELECT d.group_code FROM on_duty AS d) THEN v.community_code ELSE '' END
            AS group_code
    FROM fit_out_visits AS v
    INNER JOIN units AS u ON v.community_code = u.community_code AND v.unit_code = u.unit_code
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM inspections AS i
            WHERE
                i.plan = 'fit_out'
                AND i.period = CAST(:period AS text)
                AND i.occasion = to_char(CAST(:day AS date), 'YYYY-MM-DD')
                AND i.community_code = v.community_code
                AND i.unit_code = v.unit_code
                AND (i.stages = v.stages AND i.state <> 'cancelled' OR i.state IN ('done', 'missed'))
        )
),

wanted AS (
    SELECT
        n.group_code,
        count(*) AS visits
    FROM new_visits AS n
    GROUP BY n.group_code
),

seats AS (
    SELECT
        d.group_code,
        d.staff_code,
        row_number() OVER (PARTITION BY d.group_code ORDER BY e.seat, d.staff_code) AS seat_no
    FROM on_duty AS d
    INNER JOIN wanted AS w ON d.group_code = w.group_code
    CROSS JOIN LATERAL generate_series(d.taken + 1, d.taken + w.visits) AS e (seat)
),

numbered AS (
    SELECT
        n.community_code,
        n.building_code,
        n.unit_code,
        n.stages,
        n.group_code,
        row_number() OVER (
            PARTITION BY n.group_code ORDER BY n.community_code, n.building_code, n.unit_code
        ) AS visit_no
    FROM new_visits AS n
)

SELECT
    'F' || to_char(CAST(:day AS date), 'YYMMDD') || '-'
    || replace(replace(replace(n.community_code, '=', '=='), '~', '=~'), '-', '~') || '-' || n.unit_code
        AS inspection_code,
    'fit_out' AS plan,
    CAST(:period AS text) AS period,
    n.community_code,
    n.unit_code,
    s.staff_code,
    CAST(:day AS date) AS due_on,
    'planned' AS state,
    to_char(CAST(:day AS date), 'YYYY-MM-DD') AS occasion,
    n.building_code,
    CAST(:day AS date) AS planned_on,
    'installations,hygiene,structure,fit_out' AS checklist,
    n.stages,
    :run_id AS run_id
FROM numbered AS n
LEFT JOIN seats AS s ON n.group_code = s.group_code AND n.visit_no = s.seat_no
ON CONFLICT (inspection_code) DO UPDATE
    SET
        state = CASE
            WHEN inspections.state <> 'cancelled' THEN inspections.state
            WHEN inspections.inspected_at IS NULL THEN 'planned'
            ELSE 'not_entered'
        END,
        cancelled_reason = NULL,
        stages = excluded.stages,
        run_id = excluded.run_id
