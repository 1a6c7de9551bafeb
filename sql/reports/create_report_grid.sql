-- The figures an edition has, in order, with what to do where nothing was found.
--
-- Reads: (nothing)
-- Writes: report_grid (temporary), one row per figure
-- Rerun: after it was dropped
--
-- Params:
--   figures (text[]): figures in order
--   is_share (boolean[]): the value is numerator ÷ denominator, in the same order
--   is_complete (boolean[]): counted over a complete register, so that nothing found is 0
--   is_of_company (boolean[]): nothing found is 0 for the company only, of a community it is not known
CREATE TEMPORARY TABLE report_grid ON COMMIT DROP AS
SELECT
    g.figure,
    g.is_share,
    g.is_complete,
    g.is_of_company
FROM unnest(
    CAST(:figures AS text[]), CAST(:is_share AS boolean[]), CAST(:is_complete AS boolean[]), CAST(:is_of_company AS boolean[])
) AS g (figure, is_share, is_complete, is_of_company)
