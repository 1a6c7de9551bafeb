-- Take over drafts that an earlier run left behind, because a gate stopped it or it was killed, so that this one checks and
-- shows them.
--
-- Reads: billing_runs
-- Writes: billing_runs, one row per draft left behind
-- Rerun: changes nothing
--
-- Params:
--   run_id (bigint): the run that takes them over
--   community_codes (text[]): communities it works on
UPDATE billing_runs
SET run_id = CAST(:run_id AS bigint)
WHERE
    state IN ('draft', 'checked')
    AND kind = 'billing'
    AND community_code = ANY(CAST(:community_codes AS text []))
    AND run_id IS DISTINCT FROM CAST(:run_id AS bigint)
