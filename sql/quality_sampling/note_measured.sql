-- Notes what a period's results were computed from.
--
-- Reads: nothing
-- Writes: quality_agreements, the period's row
-- Rerun: writes nothing
--
-- Params:
--   period (text): week or month
--   digest (text): digest of all that went into them
UPDATE quality_agreements AS a
SET inputs_digest = CAST(:digest AS text)
WHERE a.period = CAST(:period AS text) AND a.inputs_digest IS DISTINCT FROM CAST(:digest AS text)
