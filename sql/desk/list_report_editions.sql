-- The editions of a report, the newest period first, with what became of the mails of some scopes. A preview only for who
-- asked for it.
-- Reads: report_editions, runs, messages
-- Writes: nothing (one row per edition)
-- Rerun: reads only
-- Params:
--   report (text): report
--   login (text): Airflow user who looks
--   scopes (text[]): scopes whose mails are counted
--   page_size (integer): rows at most
--   skip (integer): rows before the page
WITH shown AS (
    SELECT
        e.period,
        e.edition,
        e.period_start,
        e.period_end,
        e.state,
        e.shown_edition,
        e.reason,
        e.requested_by,
        e.told_at,
        e.run_id
    FROM report_editions AS e
    WHERE
        e.report = CAST(:report AS text)
        AND (e.state <> 'preview' OR e.requested_by = CAST(:login AS text))
    ORDER BY e.period_end DESC, e.edition DESC
    LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
)

SELECT
    e.period AS period,
    e.edition AS edition,
    e.period_start AS period_start,
    e.period_end AS period_end,
    e.state AS state,
    e.shown_edition AS shown_edition,
    e.reason AS reason,
    e.requested_by AS requested_by,
    e.told_at AS told_at,
    r.run_code AS run_code,
    m.mails AS mails,
    m.sent AS sent,
    m.failed AS failed,
    m.pending AS pending,
    m.unknown AS unknown
FROM shown AS e
LEFT JOIN runs AS r ON e.run_id = r.run_id
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS mails,
            count(*) FILTER (WHERE t.state = 'sent') AS sent,
            count(*) FILTER (WHERE t.state = 'failed') AS failed,
            count(*) FILTER (WHERE t.state IN ('pending', 'sending')) AS pending,
            count(*) FILTER (WHERE t.state = 'unknown') AS unknown
        FROM unnest(CAST(:scopes AS text[])) AS g (scope)
        INNER JOIN messages AS t
            ON
                t.kind = CAST(:report AS text) || '_report'
                AND e.period || '/' || g.scope = t.business_key
                AND e.shown_edition = t.edition
        WHERE e.state = 'told'
    ) AS m
ORDER BY e.period_end DESC, e.edition DESC
