-- Room for the facts a day takes.
--
-- Reads: nothing
-- Writes: taken_facts (temporary), one row per trigger, case and occurrence; empty
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE taken_facts (
    trigger text NOT NULL,
    case_code text NOT NULL,
    occasion text NOT NULL,
    triggered_at timestamptz NOT NULL,
    calendar_code text NOT NULL
) ON COMMIT DROP
