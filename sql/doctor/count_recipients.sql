-- How many addresses get each report, and how many of them for a scope that does not exist.
-- Reads: report_recipients, communities
-- Writes: nothing
-- Rerun: the same answer
SELECT
    recipient.report AS report,
    count(*) AS recipients,
    count(*) FILTER (WHERE NOT (
        recipient.scope = 'company'
        OR recipient.scope IN (SELECT known.community_code FROM communities AS known)
        OR recipient.scope IN (
            SELECT 'region:' || known.region FROM communities AS known
            WHERE known.region IS NOT NULL
        )
    )) AS without_scope
FROM report_recipients AS recipient
GROUP BY recipient.report
ORDER BY recipient.report
