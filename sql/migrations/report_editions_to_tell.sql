-- Which editions of a report a run is about to tell, and so what its gate looks at: its own, and those of earlier runs since
-- the last that succeeded which still wait (a gate stopped them); of each period the newest only. A preview that is asked for
-- is looked at whichever run computed it; those of others are theirs, and neither looked at nor in its way.

CREATE FUNCTION report_editions_to_tell(telling_run bigint)
RETURNS SETOF report_editions
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    WITH asked AS (
        SELECT
            r.run_id,
            r.pipeline,
            r.requested_by,
            coalesce(r.detail -> 'parameters' ->> 'preview_to_me', 'false') = 'true' AS is_preview,
            r.detail -> 'parameters' ->> 'period' AS period
        FROM runs AS r
        WHERE r.run_id = telling_run
    ),

    newest AS (
        SELECT
            e.report,
            e.period,
            max(e.edition) AS edition
        FROM report_editions AS e
        INNER JOIN asked AS a ON a.pipeline = e.report || '_report'
        WHERE e.state <> 'preview' OR e.requested_by IS NOT DISTINCT FROM a.requested_by
        GROUP BY e.report, e.period, e.state = 'preview'
    )

    SELECT e.*
    FROM newest AS n
    INNER JOIN report_editions AS e ON n.report = e.report AND n.period = e.period AND n.edition = e.edition
    CROSS JOIN asked AS a
    WHERE
        e.run_id = a.run_id
        OR (
            e.state = 'computed'
            AND e.run_id < a.run_id
            AND e.run_id > coalesce((
                SELECT max(s.run_id)
                FROM runs AS s
                WHERE s.pipeline = a.pipeline AND s.state = 'succeeded' AND s.run_id < a.run_id
            ), 0)
        )
        OR (
            e.state = 'preview'
            AND a.is_preview
            AND e.period = coalesce(a.period, (
                SELECT max(v.period)
                FROM report_editions AS v
                WHERE v.report = e.report AND v.state = 'preview' AND v.requested_by IS NOT DISTINCT FROM a.requested_by
            ))
        )
$$;

COMMENT ON FUNCTION report_editions_to_tell IS
'Editions a run is about to tell; one row per report, period and edition.';
