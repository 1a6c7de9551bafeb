-- Who is registered for monthly reports, and for which scopes.
--
-- Reads: report_recipients
-- Writes: nothing
-- Rerun: the same rows for the same register
--
-- Params: none
SELECT
    r.email,
    r.recipient_name,
    r.scope,
    coalesce(r.language, 'zh') AS language
FROM report_recipients AS r
WHERE r.report = 'monthly'
ORDER BY r.email, r.scope
