-- The communities in which fees are collected, with their rules, for the other statements.
--
-- Reads: nothing
-- Writes: collected_communities (temporary), one row per community given
-- Rerun: once per transaction
--
-- Params:
--   community_codes (text[]): communities served
--   level_days (text[]): days after the due day from which each level's letter goes out, comma-separated and rising
--   gap_days (integer[]): days after a letter went out before the next level
--   minimums (numeric[]): amount due above which a unit's customer is chased, yuan
CREATE TEMPORARY TABLE collected_communities ON COMMIT DROP AS
SELECT
    g.community_code,
    CAST(string_to_array(g.level_days, ',') AS integer[]) AS level_days,
    g.gap_days,
    g.minimum
FROM
    unnest(
        CAST(:community_codes AS text[]),
        CAST(:level_days AS text[]),
        CAST(:gap_days AS integer[]),
        CAST(:minimums AS numeric[])
    ) AS g (community_code, level_days, gap_days, minimum)
