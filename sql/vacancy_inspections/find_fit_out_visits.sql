-- Fit-outs to be visited on a day: a stage is visited on its first day and then every so many days until its end; a
-- visit that falls on a day off is made on the next working day (INS-10). Carpentry every 3 days from Thursday 1st:
-- Thursday 1st, Monday 5th instead of Sunday 4th, Wednesday 7th.
--
-- Reads: fit_outs, planned_communities, inspection_work_days (temporary)
-- Writes: fit_out_visits (temporary), one row per unit, with all its stages to be looked at
-- Rerun: after it was cleared
--
-- Params:
--   day (date): day that is planned
--   stages (text[]): stages that are visited
--   intervals (int[]): days between two visits of a stage, in the same order; 0: once, on its first day
INSERT INTO fit_out_visits (community_code, unit_code, stages)
WITH open_communities AS (
    SELECT
        c.community_code,
        c.live_from,
        (
            SELECT max(w.day)
            FROM inspection_work_days AS w
            WHERE w.calendar_code = c.calendar_code AND w.day < CAST(:day AS date)
        ) AS last_open_day
    FROM planned_communities AS c
    WHERE
        c.plan_from <= CAST(:day AS date)
        AND EXISTS (
            SELECT 1
            FROM inspection_work_days AS w
            WHERE w.calendar_code = c.calendar_code AND w.day = CAST(:day AS date)
        )
),

rhythms AS (
    SELECT
        r.stage,
        r.days
    FROM unnest(CAST(:stages AS text[]), CAST(:intervals AS integer[])) AS r (stage, days)
),

last_visits AS (
    SELECT
        f.community_code,
        f.unit_code,
        f.stage,
        o.live_from,
        o.last_open_day,
        f.start_date + CASE r.days
            WHEN 0 THEN 0
            ELSE (least(f.end_date, CAST(:day AS date)) - f.start_date) / r.days * r.days
        END AS visit_day
    FROM fit_outs AS f
    INNER JOIN open_communities AS o ON f.community_code = o.community_code
    INNER JOIN rhythms AS r ON f.stage = r.stage
    WHERE f.start_date <= CAST(:day AS date) AND coalesce(f.end_date > o.last_open_day, TRUE)
)

SELECT
    v.community_code,
    v.unit_code,
    string_agg(DISTINCT v.stage, ',' ORDER BY v.stage) AS stages
FROM last_visits AS v
WHERE v.visit_day >= v.live_from AND coalesce(v.visit_day > v.last_open_day, TRUE)
GROUP BY v.community_code, v.unit_code
