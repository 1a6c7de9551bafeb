-- The targets in force on the period's last day, by scope and figure.
--
-- Reads: (nothing)
-- Writes: report_targets (temporary), one row per scope and figure that has one
-- Rerun: after it was dropped
--
-- Params:
--   scopes (text[]): scope of each target
--   figures (text[]): its figure, in the same order
--   targets (numeric[]): the target in the figure's own unit, in the same order
CREATE TEMPORARY TABLE report_targets ON COMMIT DROP AS
SELECT
    g.scope,
    g.figure,
    g.target
FROM
    unnest(CAST(:scopes AS text[]), CAST(:figures AS text[]), CAST(:targets AS numeric[])) AS g (scope, figure, target)
