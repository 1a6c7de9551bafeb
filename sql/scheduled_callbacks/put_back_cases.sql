-- What was looked at and has a fact that no day planned has taken goes back into the queue: on a Saturday nobody is
-- planned for, and what was finished on Friday evening is taken on Monday.
--
-- Reads: waiting_facts (temporary), callback_case_changes
-- Writes: callback_case_changes, one row per case
-- Rerun: no row for a case that stands in the queue
--
-- Params: none
INSERT INTO callback_case_changes (case_code)
SELECT DISTINCT w.case_code
FROM waiting_facts AS w
WHERE
    NOT EXISTS (
        SELECT 1
        FROM callback_case_changes AS q
        WHERE q.case_code = w.case_code
    )
