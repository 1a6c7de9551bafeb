-- Who is registered for a report, and for which scopes; a blank language is Chinese.
--
-- An address is said to have left where everybody on the staff register who has it is employed no more.
--
-- Reads: report_recipients, staff
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   report (text): report
--   on_day (date): day on which somebody is employed or not
WITH addresses AS (
    SELECT
        lower(btrim(s.email)) AS email,
        bool_or(coalesce(s.left_on >= CAST(:on_day AS date), TRUE)) AS is_employed
    FROM staff AS s
    WHERE s.email IS NOT NULL
    GROUP BY lower(btrim(s.email))
)

SELECT
    r.email,
    coalesce(r.recipient_name, '') AS recipient_name,
    r.scope,
    coalesce(r.language, 'zh') AS language,
    NOT coalesce(a.is_employed, TRUE) AS has_left
FROM report_recipients AS r
LEFT JOIN addresses AS a ON lower(btrim(r.email)) = a.email
WHERE r.report = CAST(:report AS text)
ORDER BY r.scope ASC, lower(r.email) ASC, r.email ASC
