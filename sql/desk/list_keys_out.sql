-- The keys that are out, the longest first, and how often they were chased.
-- Reads: key_loans, communities, custody_steps
-- Writes: nothing (one row per loan)
-- Rerun: reads only
-- Params:
--   communities (text[]): only keys of these communities; null: all
--   at (timestamptz): instant looked at
--   page_size (integer): rows at most
SELECT
    k.loan_code AS loan_code,
    k.community_code AS community_code,
    c.community_name AS community_name,
    k.unit_code AS unit_code,
    k.borrower AS borrower,
    k.borrowed_at AS borrowed_at,
    s.chased AS chased,
    s.last_told_at AS last_told_at
FROM key_loans AS k
LEFT JOIN communities AS c ON k.community_code = c.community_code
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS chased,
            max(t.told_at) AS last_told_at
        FROM custody_steps AS t
        WHERE t.subject = k.loan_code AND t.step = 'key_chased' AND t.told_at IS NOT NULL
    ) AS s
WHERE
    k.borrowed_at <= CAST(:at AS timestamptz)
    AND k.returned_at IS NULL
    AND (CAST(:communities AS text[]) IS NULL OR k.community_code = any(CAST(:communities AS text[])))
ORDER BY k.borrowed_at ASC, k.loan_code ASC
LIMIT CAST(:page_size AS integer)
