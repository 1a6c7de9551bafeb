-- Superseded billing runs name the draft of their community that took their place.
--
-- Reads: billing_runs
-- Writes: billing_runs, their successor
-- Rerun: changes nothing
--
-- Params:
--   run_codes (text[]): superseded runs
--   successors (text[]): new runs, one per community
UPDATE billing_runs AS r
SET superseded_by = s.run_code
FROM billing_runs AS s
WHERE
    r.run_code = any(CAST(:run_codes AS text[]))
    AND r.state = 'superseded'
    AND s.run_code = any(CAST(:successors AS text[]))
    AND r.community_code = s.community_code
