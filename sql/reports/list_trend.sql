-- The values of a report's figures in the periods of its trend: of each period its newest edition, previews left out; of
-- the period before the newest, what is known of it now.
--
-- Reads: report_editions, report_figures
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): newest period
--   edition (int): its edition
--   scope (text): scope
--   periods (text[]): periods of the trend, oldest first, the newest last
WITH listed AS (
    SELECT
        g.period,
        g.place,
        count(*) OVER () AS periods
    FROM unnest(CAST(:periods AS text[])) WITH ORDINALITY AS g (period, place)
),

chosen AS (
    SELECT
        l.period,
        l.place,
        CASE
            WHEN l.period = CAST(:period AS text) THEN CAST(:edition AS integer)
            ELSE (
                SELECT max(e.edition)
                FROM report_editions AS e
                WHERE e.report = CAST(:report AS text) AND e.period = l.period AND e.state <> 'preview'
            )
        END AS edition
    FROM listed AS l
),

stored AS (
    SELECT
        f.figure,
        c.place,
        f.value AS figure_value
    FROM chosen AS c
    INNER JOIN report_figures AS f ON f.report = CAST(:report AS text) AND c.period = f.period AND c.edition = f.edition
    WHERE
        c.place <> (SELECT max(l.periods) - 1 FROM listed AS l)
        AND f.scope = CAST(:scope AS text)
    UNION ALL
    SELECT
        f.figure,
        l.periods - 1 AS place,
        f.previous AS figure_value
    FROM report_figures AS f
    INNER JOIN listed AS l ON f.period = l.period AND l.place = l.periods
    WHERE
        f.report = CAST(:report AS text)
        AND f.edition = CAST(:edition AS integer)
        AND l.periods > 1
        AND f.scope = CAST(:scope AS text)
)

SELECT
    s.figure,
    s.place,
    s.figure_value
FROM stored AS s
ORDER BY s.figure ASC, s.place ASC
