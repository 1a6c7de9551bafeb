-- The communities are planned by the settings of a day gone by.
--
-- Reads: nothing
-- Writes: planned_communities (temporary), one row per community given
-- Rerun: the same values
--
-- Params:
--   community_codes (text[]): communities
--   per_day (int[]): units an inspector can inspect on a day, in the same order, like all that follows
--   join_by_day (int[]): day of the month, inclusive, up to which a unit joins that month's plan
--   rain_months (text[]): months of the rainy season, comma-separated
--   ventilation_months (text[]): months in which units are aired, comma-separated
--   head_role (text[]): post of the centre head
--   spot_check_pct (numeric[]): share checked again, per cent
--   spot_check_minimum (int[]): inspections of an inspector and month checked again at least
UPDATE planned_communities AS c
SET
    per_day = g.per_day,
    join_by_day = g.join_by_day,
    rain_months = CAST(string_to_array(g.rain_months, ',') AS integer[]),
    ventilation_months = CAST(string_to_array(g.ventilation_months, ',') AS integer[]),
    head_role = g.head_role,
    spot_check_pct = g.spot_check_pct,
    spot_check_minimum = g.spot_check_minimum
FROM
    unnest(
        CAST(:community_codes AS text[]),
        CAST(:per_day AS integer[]),
        CAST(:join_by_day AS integer[]),
        CAST(:rain_months AS text[]),
        CAST(:ventilation_months AS text[]),
        CAST(:head_role AS text[]),
        CAST(:spot_check_pct AS numeric[]),
        CAST(:spot_check_minimum AS integer[])
    ) AS g (
        community_code, per_day, join_by_day, rain_months, ventilation_months, head_role, spot_check_pct,
        spot_check_minimum
    )
WHERE c.community_code = g.community_code
