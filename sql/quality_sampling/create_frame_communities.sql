-- The communities whose items are in the frame of a week, and who scores them: their own reviewers, or the company's.
--
-- Reads: nothing
-- Writes: frame_communities (temporary), one row per community served before the week ends
-- Rerun: after it was dropped
--
-- Params:
--   community_codes (text[]): communities served before the week ends
--   live_from (date[]): first day served, inclusive, in the same order as the codes, like what follows
--   sections (text[]): the community itself where it has reviewers of its own, else company
--   dissatisfied_up_to (integer[]): satisfaction, inclusive, up to which a customer is dissatisfied
CREATE TEMPORARY TABLE frame_communities ON COMMIT DROP AS
SELECT
    g.community_code,
    g.live_from,
    CAST(g.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at,
    g.section,
    g.dissatisfied_up_to
FROM
    unnest(
        CAST(:community_codes AS text[]),
        CAST(:live_from AS date[]),
        CAST(:sections AS text[]),
        CAST(:dissatisfied_up_to AS integer[])
    ) AS g (community_code, live_from, section, dissatisfied_up_to)
