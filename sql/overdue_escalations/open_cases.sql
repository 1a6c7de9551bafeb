-- Cases that are open: neither resolved nor closed since they were opened, or reopened last.
--
-- Reads: openings (temporary), chosen_cases (view)
-- Writes: open_cases, one row per case
-- Rerun: writes nothing
--
-- Params: none
INSERT INTO open_cases (case_code, community_code, opened_at)
SELECT
    o.case_code,
    c.community_code,
    o.begins_at
FROM openings AS o
INNER JOIN chosen_cases AS c ON o.case_code = c.case_code
WHERE
    o.case_ended_at IS NULL
    AND o.is_whole
    AND NOT o.is_assessment
    AND o.chain_id = 0
    AND NOT EXISTS (
        SELECT 1
        FROM openings AS later
        WHERE
            later.case_code = o.case_code
            AND later.occurrence > o.occurrence
            AND NOT later.is_assessment
            AND later.chain_id = 0
    )
ON CONFLICT (case_code) DO UPDATE SET
    community_code = excluded.community_code,
    opened_at = excluded.opened_at
WHERE (open_cases.community_code, open_cases.opened_at) IS DISTINCT FROM (excluded.community_code, excluded.opened_at)
