-- The report of a run's gates: every expectation, what it found, and the keys of the rows that break it.
-- Reads: gate_results
-- Writes: nothing (one row per expectation and attempt; the broken ones first)
-- Rerun: reads only
-- Params:
--   run_id (bigint): the run that was checked
SELECT
    g.gate_result_id AS gate_result_id,
    g.suite AS suite,
    g.attempt AS attempt,
    g.expectation AS expectation,
    g.severity AS severity,
    g.outcome AS outcome,
    g.rows_checked AS rows_checked,
    g.rows_failed AS rows_failed,
    g.failed_keys AS failed_keys,
    g.note AS note,
    g.checked_at AS checked_at
FROM gate_results AS g
WHERE g.run_id = :run_id
ORDER BY
    g.suite ASC,
    g.attempt DESC,
    (g.outcome = 'met') ASC,
    (g.severity = 'critical') DESC,
    g.gate_result_id ASC
