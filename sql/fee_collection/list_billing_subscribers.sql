-- Who is registered for the lists on billing and collection, and for which scopes.
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
WHERE r.report = 'billing'
ORDER BY r.email, r.scope
