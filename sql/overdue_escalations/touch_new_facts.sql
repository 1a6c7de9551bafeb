-- Cases with a fact that has become visible since the last run: opened, or an event, between the two instants.
--
-- Reads: cases, case_events
-- Writes: touched_cases (temporary), one row per case
-- Rerun: adds nothing
--
-- Params:
--   since (timestamptz): as_of of the last run, exclusive
--   as_of (timestamptz): as_of of this run, inclusive
INSERT INTO touched_cases (case_code)
SELECT c.case_code
FROM cases AS c
WHERE c.opened_at > :since AND c.opened_at <= :as_of
UNION
SELECT e.case_code
FROM case_events AS e
WHERE e.event_at > :since AND e.event_at <= :as_of
ON CONFLICT DO NOTHING
