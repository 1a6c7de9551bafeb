-- QC-06: corrections asked for whose error is none any more: an appeal that came in late was decided in the agent's favour.
--
-- Reads: quality_cases, samples, quality_remarks
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params: none
WITH doubtful AS MATERIALIZED (
    SELECT
        q.case_code,
        q.sample_code,
        q.staff_code
    FROM quality_cases AS q
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM samples AS n
            WHERE n.sample_code = q.sample_code AND n.state = 'final' AND n.is_nonconforming
        )
)

SELECT
    d.case_code,
    d.sample_code,
    d.staff_code,
    s.community_code
FROM doubtful AS d
INNER JOIN samples AS s ON d.sample_code = s.sample_code
WHERE
    s.state = 'final'
    AND NOT s.is_nonconforming
    AND NOT EXISTS (
        SELECT 1
        FROM quality_remarks AS r
        WHERE r.kind = 'correction_unfounded' AND r.subject = d.case_code
    )
ORDER BY d.case_code
