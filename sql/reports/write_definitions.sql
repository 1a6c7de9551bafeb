-- Writes what an edition's figures mean, so that later versions of the product leave it alone.
--
-- Reads: (nothing)
-- Writes: report_definitions, one row per figure of the edition
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   figures (text[]): figures in order
--   subjects (text[]): chapter of each, in the same order
--   titles_zh (text[]): name in Chinese
--   titles_en (text[]): name in English
--   units (text[]): unit
--   betters (text[]): which way it should move
--   formulas_zh (text[]): formula in Chinese
--   formulas_en (text[]): formula in English
--   sources (text[]): datasets, comma-separated
INSERT INTO report_definitions (
    report, period, edition, figure, place, subject, title_zh, title_en, unit, better, formula_zh, formula_en, source
)
SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    CAST(:edition AS integer) AS edition,
    g.figure,
    g.place,
    g.subject,
    g.title_zh,
    g.title_en,
    g.unit,
    g.better,
    g.formula_zh,
    g.formula_en,
    g.source
FROM
    unnest(
        CAST(:figures AS text[]),
        CAST(:subjects AS text[]),
        CAST(:titles_zh AS text[]),
        CAST(:titles_en AS text[]),
        CAST(:units AS text[]),
        CAST(:betters AS text[]),
        CAST(:formulas_zh AS text[]),
        CAST(:formulas_en AS text[]),
        CAST(:sources AS text[])
    )
    WITH ORDINALITY
        AS g (figure, subject, title_zh, title_en, unit, better, formula_zh, formula_en, source, place)
