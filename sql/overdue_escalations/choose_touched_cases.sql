-- The cases that must be looked at again.
--
-- Reads: cases, touched_cases (temporary)
-- Writes: chosen_cases (temporary view of this session), one row per case
-- Rerun: makes the same view
--
-- Params: none
CREATE OR REPLACE TEMPORARY VIEW chosen_cases AS
SELECT
    c.case_code,
    c.community_code,
    c.kind,
    c.area,
    c.urgency,
    c.fault_level,
    c.opened_at,
    c.booked_at
FROM cases AS c
INNER JOIN touched_cases AS t ON c.case_code = t.case_code
