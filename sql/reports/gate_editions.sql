-- The editions a run is about to tell, with what the gate asks of each: its window and number, that every figure defined is
-- there for every scope, and that a correction says what it changed.
--
-- Reads: report_editions, report_definitions, report_figures, report_changes, communities, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH editions AS (
    SELECT
        e.report,
        e.period,
        e.edition,
        e.state,
        e.period_end,
        e.period_start,
        e.as_of,
        e.shown_edition,
        e.reason,
        a.as_of AS run_as_of
    FROM report_editions_to_tell(CAST(:run_id AS bigint)) AS e
    INNER JOIN runs AS a ON a.run_id = :run_id
),

counted AS (
    SELECT
        f.report,
        f.period,
        f.edition,
        count(*) AS figures,
        count(*) FILTER (WHERE d.figure IS NULL) AS undefined_figures,
        count(DISTINCT f.scope) AS scopes,
        count(DISTINCT f.scope) FILTER (
            WHERE f.scope <> 'company' AND c.community_code IS NULL AND NOT EXISTS (
                SELECT 1 AS one
                FROM communities AS g
                WHERE f.scope = 'region:' || g.region
            )
        ) AS unknown_scopes,
        count(f.value) FILTER (WHERE f.scope = 'company') AS known_figures
    FROM report_figures AS f
    INNER JOIN editions AS e ON f.report = e.report AND f.period = e.period AND f.edition = e.edition
    LEFT JOIN report_definitions AS d
        ON f.report = d.report AND f.period = d.period AND f.edition = d.edition AND f.figure = d.figure
    LEFT JOIN communities AS c ON f.scope = c.community_code
    GROUP BY f.report, f.period, f.edition
),

defined AS (
    SELECT
        d.report,
        d.period,
        d.edition,
        count(*) AS definitions
    FROM report_definitions AS d
    INNER JOIN editions AS e ON d.report = e.report AND d.period = e.period AND d.edition = e.edition
    GROUP BY d.report, d.period, d.edition
),

changed AS (
    SELECT
        e.report,
        e.period,
        e.edition,
        count(h.figure) AS changes,
        count(*) FILTER (
            WHERE h.figure IS NOT NULL AND (h.before IS DISTINCT FROM b.value OR h.after IS DISTINCT FROM f.value)
        ) AS changes_off
    FROM editions AS e
    LEFT JOIN LATERAL (
        SELECT max(t.edition) AS edition
        FROM report_editions AS t
        WHERE t.report = e.report AND t.period = e.period AND t.state = 'told' AND t.edition < e.edition
    ) AS former ON TRUE
    LEFT JOIN report_changes AS h ON e.report = h.report AND e.period = h.period AND e.edition = h.edition
    LEFT JOIN report_figures AS f
        ON
            h.report = f.report AND h.period = f.period AND h.edition = f.edition
            AND h.scope = f.scope AND h.figure = f.figure
    LEFT JOIN report_figures AS b
        ON
            h.report = b.report AND h.period = b.period AND former.edition = b.edition
            AND h.scope = b.scope AND h.figure = b.figure
    GROUP BY e.report, e.period, e.edition
),

told AS (
    SELECT
        e.report,
        e.period,
        e.edition,
        (
            SELECT count(*)
            FROM report_editions AS t
            WHERE t.report = e.report AND t.period = e.period AND t.state = 'told' AND t.edition < e.edition
        ) AS earlier,
        (
            SELECT count(*)
            FROM report_editions AS o
            WHERE
                o.report = e.report
                AND o.period <> e.period
                AND o.period_start < e.period_end
                AND o.period_end > e.period_start
        ) AS overlapping_editions,
        (
            SELECT max(o.period_end)
            FROM report_editions AS o
            WHERE o.report = e.report AND o.period_end <= e.period_start
        ) AS former_end
    FROM editions AS e
)

SELECT
    e.report,
    e.period,
    e.edition,
    e.period_start AT TIME ZONE 'Asia/Shanghai' + CASE e.report
        WHEN 'weekly' THEN interval '7 days' WHEN 'daily' THEN interval '1 day' ELSE interval '1 month'
    END = e.period_end AT TIME ZONE 'Asia/Shanghai'
    AND to_char(e.period_end AT TIME ZONE 'Asia/Shanghai', CASE e.report WHEN 'monthly' THEN 'DD HH24:MI' ELSE 'HH24:MI' END)
    = CASE e.report WHEN 'weekly' THEN '15:00' WHEN 'daily' THEN '17:00' ELSE '01 00:00' END
    AND (e.report <> 'weekly' OR extract(ISODOW FROM e.period_end AT TIME ZONE 'Asia/Shanghai') = 5) AS is_window_of_report,
    to_char(
        (e.period_end - interval '1 second') AT TIME ZONE 'Asia/Shanghai',
        CASE e.report WHEN 'monthly' THEN 'YYYY-MM' ELSE 'YYYY-MM-DD' END
    ) = e.period AS is_named_by_its_end,
    e.as_of = e.period_end AND e.period_end <= e.run_as_of AS is_as_at_its_end,
    o.overlapping_editions,
    CAST(extract(EPOCH FROM e.period_start - o.former_end) AS bigint) AS seconds_since_former,
    coalesce(c.undefined_figures, 0) AS undefined_figures,
    coalesce(d.definitions, 0) * greatest(coalesce(c.scopes, 0), 1) - coalesce(c.figures, 0) AS missing_figures,
    coalesce(c.unknown_scopes, 0) AS unknown_scopes,
    coalesce(c.known_figures, 0) AS known_figures,
    e.shown_edition - 1 - o.earlier AS shown_off,
    (e.shown_edition IS NOT NULL AND e.shown_edition > 1) = (e.reason IS NOT NULL)
    AND (e.reason IS NOT NULL) = (h.changes > 0) AS is_correction_explained,
    h.changes_off
FROM editions AS e
INNER JOIN told AS o ON e.report = o.report AND e.period = o.period AND e.edition = o.edition
INNER JOIN changed AS h ON e.report = h.report AND e.period = h.period AND e.edition = h.edition
LEFT JOIN counted AS c ON e.report = c.report AND e.period = c.period AND e.edition = c.edition
LEFT JOIN defined AS d ON e.report = d.report AND e.period = d.period AND e.edition = d.edition
