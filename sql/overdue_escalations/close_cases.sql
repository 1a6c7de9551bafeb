-- Cases that are resolved or closed, or no longer served, leave the list of open ones.
--
-- Reads: touched_cases, openings (temporary)
-- Writes: deletes from open_cases, one row per case
-- Rerun: changes nothing
--
-- Params: none
DELETE FROM open_cases AS c
USING touched_cases AS t
WHERE
    c.case_code = t.case_code
    AND NOT EXISTS (
        SELECT 1
        FROM openings AS o
        WHERE
            o.case_code = c.case_code
            AND o.case_ended_at IS NULL
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
    )
