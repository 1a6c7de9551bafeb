-- Writes what each community counted: what the edition's scopes are added up from.
--
-- Reads: report_rows (temporary)
-- Writes: report_base, one row per community (blank: belongs to none) and figure of the edition
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
INSERT INTO report_base (
    report, period, edition, community_code, figure, numerator, denominator, previous_numerator, previous_denominator,
    is_provisional
)
SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    CAST(:edition AS integer) AS edition,
    r.community_code,
    r.figure,
    r.numerator,
    r.denominator,
    r.previous_numerator,
    r.previous_denominator,
    r.is_provisional
FROM report_rows AS r
