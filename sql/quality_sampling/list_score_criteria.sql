-- QC-01, QC-06: the criteria some samples are scored by: those of their draw; a correction that is looked at again is scored
-- by the criteria that were failed, as the draw it goes back to had them.
--
-- Reads: samples, quality_draw_criteria, quality_cases
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): the samples
WITH RECURSIVE chain AS (
    SELECT
        s.sample_code,
        s.audits_code AS failed_in,
        s.draw_code,
        s.audits_code
    FROM samples AS s
    WHERE s.sample_code = any(CAST(:sample_codes AS text[]))
    UNION ALL
    SELECT
        c.sample_code,
        c.failed_in,
        s.draw_code,
        s.audits_code
    FROM chain AS c
    INNER JOIN samples AS s ON c.audits_code = s.sample_code
)

SELECT
    c.sample_code,
    d.criterion,
    d.weight,
    d.is_critical,
    d.pass_score
FROM chain AS c
INNER JOIN quality_draw_criteria AS d ON c.draw_code = d.draw_code
LEFT JOIN quality_cases AS k ON c.failed_in = k.sample_code
WHERE
    c.audits_code IS NULL
    AND (c.failed_in IS NULL OR position(concat(',', d.criterion, ',') IN concat(',', k.criteria, ',')) > 0)
ORDER BY c.sample_code, d.position, d.criterion
