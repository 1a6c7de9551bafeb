-- Gives incoming units their valid_from where the file says none: a change of area or use holds from the first of the
-- month it is loaded in, never before the present state; without such a change what stands is kept.
-- Reads: units.
-- Writes: incoming (temporary): valid_from of units that are there already (grain: one row per unit of the file).
-- Rerun: the same values.
-- Params:
--   month_start (date): first day of the month of as_of, in Asia/Shanghai
UPDATE incoming AS i
SET
    valid_from = CASE
        WHEN u.unit_use IS DISTINCT FROM i.unit_use OR u.area_m2 IS DISTINCT FROM i.area_m2
            THEN greatest(CAST(:month_start AS date), u.valid_from)
        ELSE u.valid_from
    END
FROM units AS u
WHERE u.community_code = i.community_code AND u.unit_code = i.unit_code AND i.valid_from IS NULL
