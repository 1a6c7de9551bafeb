-- Keeps calls and case events from being written while a week is drawn: what comes in later is heard of as late, and
-- nothing falls between what was read and the instant noted as drawn.
--
-- Reads: nothing
-- Writes: nothing; locks calls and case_events until the transaction ends
-- Rerun: nothing more
--
-- Params: none
LOCK TABLE calls, case_events IN SHARE MODE
