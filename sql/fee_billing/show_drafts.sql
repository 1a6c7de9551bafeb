-- Mark this run's drafts, which the gates have let pass, as shown: from now on they await their approval.
--
-- Reads: billing_runs
-- Writes: billing_runs, one row per draft of the run; returned, with whether the same draft was shown before
-- and nobody had decided on it
-- Rerun: changes nothing; what is shown is no draft any more
--
-- Params:
--   run_id (bigint): the run that drafted them
--   shown_at (timestamptz): wall clock
UPDATE billing_runs AS r
SET
    state = 'awaiting_approval',
    checked_at = coalesce(r.checked_at, CAST(:shown_at AS timestamptz)),
    shown_at = CAST(:shown_at AS timestamptz),
    shown_digest = r.digest
WHERE
    r.run_id = CAST(:run_id AS bigint)
    AND r.kind = 'billing'
    AND r.state IN ('draft', 'checked')
    AND r.digest IS NOT NULL
RETURNING
    r.run_code,
    EXISTS (
        SELECT 1
        FROM billing_runs AS e
        WHERE
            e.community_code = r.community_code
            AND e.period = r.period
            AND e.state = 'superseded'
            AND e.decision IS NULL
            AND e.shown_digest = r.digest
            AND e.requested_by IS NOT DISTINCT FROM r.requested_by
    ) AS is_known
