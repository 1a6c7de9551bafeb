-- What communities counted: what a scope's figures of an edition are added up from.
--
-- Reads: report_base, report_definitions
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   community_codes (text[]): communities asked for; blank: what belongs to none
SELECT
    b.community_code,
    b.figure,
    b.numerator,
    b.denominator,
    b.previous_numerator,
    b.previous_denominator
FROM report_base AS b
INNER JOIN report_definitions AS d
    ON b.report = d.report AND b.period = d.period AND b.edition = d.edition AND b.figure = d.figure
WHERE
    b.report = CAST(:report AS text)
    AND b.period = CAST(:period AS text)
    AND b.edition = CAST(:edition AS integer)
    AND b.community_code = any(CAST(:community_codes AS text[]))
ORDER BY b.community_code ASC, d.place ASC
