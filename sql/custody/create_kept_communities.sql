-- The communities whose keys and devices are looked at, with the first day they are served; of what belongs to none, the
-- first day any of them is.
--
-- Reads: (the parameters)
-- Writes: kept_communities (temporary), one row per community and one with a blank code
-- Rerun: only after it is dropped
--
-- Params:
--   community_codes (text[]): communities served
--   live_from (date[]): first day of each, in the same order
CREATE TEMPORARY TABLE kept_communities ON COMMIT DROP AS
SELECT
    g.community_code,
    g.live_from
FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
UNION ALL
SELECT
    '' AS community_code,
    min(g.live_from) AS live_from
FROM unnest(CAST(:live_from AS date[])) AS g (live_from)
