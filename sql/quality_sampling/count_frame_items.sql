-- QC-01: the items looked at one by one, counted by all that strata, risk classes and populations are made of.
--
-- Reads: frame_items (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same items
--
-- Params: none
SELECT
    i.subject_kind,
    i.staff_code,
    i.channel,
    i.community_code,
    i.team_code,
    i.flags,
    i.is_drawable,
    i.is_late,
    count(*) AS items,
    bit_xor(i.random_hash) AS combined
FROM frame_items AS i
WHERE i.is_item
GROUP BY
    i.subject_kind, i.staff_code, i.channel, i.community_code, i.team_code, i.flags, i.is_drawable, i.is_late
