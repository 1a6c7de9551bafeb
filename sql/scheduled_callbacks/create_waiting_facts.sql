-- The facts whose day has not come yet; each day takes its own.
--
-- Reads: case_facts (temporary)
-- Writes: waiting_facts (temporary), one row per trigger, case and occurrence
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE waiting_facts ON COMMIT DROP AS
SELECT
    f.trigger,
    f.case_code,
    f.occasion,
    f.triggered_at,
    f.reopened_at,
    f.community_code
FROM case_facts AS f
