-- End the runs of this pipeline that waited for a person and ask about nothing any more; Airflow ends those it carries on.
--
-- Reads: runs, billing_runs
-- Writes: runs, one row per run that waits for nothing
-- Rerun: changes nothing
--
-- Params:
--   ended_at (timestamptz): wall clock
UPDATE runs AS p
SET
    state = 'succeeded',
    ended_at = CAST(:ended_at AS timestamptz)
WHERE
    p.pipeline = 'fee_billing'
    AND p.state = 'waiting'
    AND NOT EXISTS (
        SELECT 1
        FROM billing_runs AS r
        WHERE
            r.state = 'awaiting_approval'
            AND (r.run_id = p.run_id OR split_part(r.waiting_task, '/', 2) = p.external_key)
    )
