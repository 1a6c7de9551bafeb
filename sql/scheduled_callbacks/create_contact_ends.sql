-- Room for the contacts that end on a day; the first reason found holds.
--
-- Reads: nothing
-- Writes: contact_ends (temporary), one row per contact; empty
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE contact_ends (
    rule_code text NOT NULL,
    subject text NOT NULL,
    occasion text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    satisfied_by text,
    is_fact_gone boolean NOT NULL DEFAULT FALSE,
    PRIMARY KEY (rule_code, subject, occasion)
) ON COMMIT DROP
