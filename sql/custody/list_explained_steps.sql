-- Steps of a found thing or a loan, with the mails they went out with.
--
-- Reads: custody_steps, runs, messages
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   steps (text[]): steps asked for
--   subject (text): thing or loan
--   as_of (timestamptz): instant, inclusive; what was told after it is not seen
SELECT
    s.step,
    s.due_on,
    s.until,
    s.list_code,
    s.cancelled_on,
    s.told_at,
    r.run_code,
    (
        SELECT count(*)
        FROM messages AS m
        WHERE m.business_key = s.list_code AND starts_with(m.kind, 'custody_')
    ) AS mails
FROM custody_steps AS s
INNER JOIN runs AS r ON s.run_id = r.run_id
WHERE
    s.step = any(CAST(:steps AS text[]))
    AND s.subject = CAST(:subject AS text)
    AND coalesce(s.told_at <= CAST(:as_of AS timestamptz), TRUE)
ORDER BY s.due_on, s.step
