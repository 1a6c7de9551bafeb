-- The newest edition that took the place of another one of its period, with a figure of a scope in it; previews and what
-- was computed for the trend take nobody's place.
--
-- Reads: report_editions, report_figures
-- Writes: nothing (one row, or none)
-- Rerun: the same row
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): edition whose place was taken
--   scope (text): scope
--   figure (text): figure
--   as_of (timestamptz): editions mailed later are not seen, inclusive
SELECT
    e.edition,
    e.told_at,
    coalesce(e.reason, '') AS reason,
    f.figure IS NOT NULL AS has_figure,
    f.value AS figure_value,
    f.numerator,
    f.denominator
FROM report_editions AS e
LEFT JOIN report_figures AS f
    ON
        e.report = f.report
        AND e.period = f.period
        AND e.edition = f.edition
        AND f.scope = CAST(:scope AS text)
        AND f.figure = CAST(:figure AS text)
WHERE
    e.report = CAST(:report AS text)
    AND e.period = CAST(:period AS text)
    AND e.edition > CAST(:edition AS integer)
    AND (e.state = 'computed' OR (e.state = 'told' AND e.told_at <= CAST(:as_of AS timestamptz)))
ORDER BY e.edition DESC
LIMIT 1
