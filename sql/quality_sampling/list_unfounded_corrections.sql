-- QC-06: corrections asked for whose error is none any more: an appeal that came in late was decided in the agent's favour.
--
-- Reads: quality_cases, samples
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params: none
SELECT
    q.case_code,
    q.sample_code,
    q.staff_code,
    s.community_code
FROM quality_cases AS q
INNER JOIN samples AS s ON q.sample_code = s.sample_code
WHERE
    s.state = 'final'
    AND NOT s.is_nonconforming
    AND NOT EXISTS (
        SELECT 1
        FROM quality_remarks AS r
        WHERE r.kind = 'correction_unfounded' AND r.subject = q.case_code
    )
ORDER BY q.case_code
