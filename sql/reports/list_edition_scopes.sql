-- The scopes of an edition; of a corrected one only those of whose figures it changed one.
--
-- Reads: report_figures, report_changes
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   only_changed (boolean): scopes of which the edition changed nothing are left out
SELECT DISTINCT f.scope
FROM report_figures AS f
WHERE
    f.report = CAST(:report AS text)
    AND f.period = CAST(:period AS text)
    AND f.edition = CAST(:edition AS integer)
    AND (
        NOT CAST(:only_changed AS boolean)
        OR EXISTS (
            SELECT c.figure
            FROM report_changes AS c
            WHERE
                c.report = f.report
                AND c.period = f.period
                AND c.edition = f.edition
                AND c.scope = f.scope
        )
    )
ORDER BY f.scope ASC
