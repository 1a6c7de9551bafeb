-- The units to compute, where not all of their communities are asked for.
--
-- Reads: nothing
-- Writes: due_choice (temporary), one row per unit chosen; none: all units
-- Rerun: once per transaction
--
-- Params:
--   community_codes (text[]): community of each unit
--   unit_codes (text[]): units, in the same order
CREATE TEMPORARY TABLE due_choice ON COMMIT DROP AS
SELECT DISTINCT
    g.community_code,
    g.unit_code
FROM unnest(CAST(:community_codes AS text[]), CAST(:unit_codes AS text[])) AS g (community_code, unit_code)
