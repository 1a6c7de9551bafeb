-- Room for the contacts whose window is found past on a day.
--
-- Reads: nothing
-- Writes: contact_misses (temporary), one row per contact; empty
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE contact_misses (
    rule_code text NOT NULL,
    subject text NOT NULL,
    occasion text NOT NULL,
    is_over boolean NOT NULL,
    missed_reason text NOT NULL,
    PRIMARY KEY (rule_code, subject, occasion)
) ON COMMIT DROP
