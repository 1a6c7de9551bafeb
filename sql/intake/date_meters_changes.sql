-- Gives incoming meters their valid_from where the file says none: a change of multiplier or apportionment holds from the
-- first of the month it is loaded in, never before the present state; without such a change what stands is kept.
-- Reads: meters.
-- Writes: incoming (temporary): valid_from of meters that are there already (grain: one row per meter of the file).
-- Rerun: the same values.
-- Params:
--   month_start (date): first day of the month of as_of, in Asia/Shanghai
UPDATE incoming AS i
SET
    valid_from = CASE
        WHEN
            coalesce(m.multiplier, 1) <> coalesce(i.multiplier, 1)
            OR m.apportion_by IS DISTINCT FROM i.apportion_by
            THEN greatest(CAST(:month_start AS date), m.valid_from)
        ELSE m.valid_from
    END
FROM meters AS m
WHERE m.meter_code = i.meter_code AND i.valid_from IS NULL
