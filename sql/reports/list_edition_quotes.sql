-- The lines an edition quotes for a scope, each kind in its order.
--
-- Reads: report_quotes
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   scope (text): scope
SELECT
    q.kind,
    q.content
FROM report_quotes AS q
WHERE
    q.report = CAST(:report AS text)
    AND q.period = CAST(:period AS text)
    AND q.edition = CAST(:edition AS integer)
    AND q.scope = CAST(:scope AS text)
ORDER BY q.kind ASC, q.place ASC
