-- A found thing with what is known of it.
--
-- Reads: found_property
-- Writes: nothing
-- Rerun: the same row
--
-- Params:
--   item_code (text): thing
SELECT
    p.item_code,
    p.found_at,
    p.place,
    p.item,
    p.valuable,
    p.claimed_at,
    p.claimed_by
FROM found_property AS p
WHERE p.item_code = CAST(:item_code AS text)
