-- Months of communities with units whose billing day has passed and that no billing run was drafted for.
-- Reads: units, tariffs, billing_runs
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   community_codes (text array): communities looked at, one element per month
--   periods (text array): month of each, YYYY-MM
SELECT
    m.community_code AS community_code,
    m.period AS period
FROM unnest(CAST(:community_codes AS text[]), CAST(:periods AS text[])) AS m (community_code, period)
WHERE
    EXISTS (
        SELECT 1
        FROM units AS u
        WHERE u.community_code = m.community_code
    )
    AND EXISTS (
        SELECT 1
        FROM tariffs AS t
        WHERE t.community_code = m.community_code
    )
    AND NOT EXISTS (
        SELECT 1
        FROM billing_runs AS r
        WHERE
            r.community_code = m.community_code AND r.period = m.period
            AND r.kind = 'billing' AND r.state <> 'superseded'
    )
ORDER BY m.period, m.community_code
