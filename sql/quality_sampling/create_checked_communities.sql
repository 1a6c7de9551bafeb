-- The communities whose work is checked, with the first day it is.
--
-- Reads: nothing
-- Writes: checked_communities (temporary), one row per community served
-- Rerun: after it was dropped
--
-- Params:
--   community_codes (text[]): communities served
--   live_from (date[]): first day served, inclusive, in the same order as the codes
CREATE TEMPORARY TABLE checked_communities ON COMMIT DROP AS
SELECT
    g.community_code,
    g.live_from
FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
