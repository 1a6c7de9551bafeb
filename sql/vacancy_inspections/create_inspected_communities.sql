-- The communities that are served on a day, with the settings the inspection steps need, for the other statements.
--
-- Reads: communities, calendars
-- Writes: inspected_communities (temporary), one row per community given
-- Rerun: once per transaction
--
-- Params:
--   community_codes (text[]): communities served
--   live_from (date[]): first day served, in the same order as the codes, like all that follows
--   per_day (int[]): units an inspector can inspect on a day
--   join_by_day (int[]): day of the month, inclusive, up to which a unit joins that month's plan
--   rain_months (text[]): months of the rainy season, comma-separated
--   ventilation_months (text[]): months in which units are aired, comma-separated
--   responsible_role (text[]): post that is told of findings
--   head_role (text[]): post of the centre head
--   department (text[]): department of the cases opened
--   nothing_amiss_words (text[]): findings that say that nothing is amiss, comma-separated
--   spot_check_pct (numeric[]): share checked again, per cent
--   spot_check_minimum (int[]): inspections of an inspector and month checked again at least
--   minimum_months (int[]): months a registration must exceed
--   backdated_days (int[]): days before the application a registration counts from at most
--   first_fit_out_months (int[]): months after the handover within which a finished unit's first fit-out began
--   vacancy_factor (numeric[]): share of property fee and shared utilities billed on registered days
--   water_limit (numeric[]): t a month, above which the month counts as occupied
--   electricity_limit (numeric[]): kWh a month, likewise
CREATE TEMPORARY TABLE inspected_communities ON COMMIT DROP AS
SELECT
    g.community_code,
    g.live_from,
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM calendars AS k
            WHERE k.calendar_code = c.working_calendar
        ) THEN c.working_calendar
        ELSE 'office'
    END AS calendar_code,
    g.per_day,
    g.join_by_day,
    CAST(string_to_array(g.rain_months, ',') AS integer[]) AS rain_months,
    CAST(string_to_array(g.ventilation_months, ',') AS integer[]) AS ventilation_months,
    g.responsible_role,
    g.head_role,
    g.department,
    string_to_array(lower(normalize(g.nothing_amiss_words, nfkc)), ',') AS nothing_amiss_words,
    g.spot_check_pct,
    g.spot_check_minimum,
    g.minimum_months,
    g.backdated_days,
    g.first_fit_out_months,
    g.vacancy_factor,
    g.water_limit,
    g.electricity_limit
FROM
    unnest(
        CAST(:community_codes AS text[]),
        CAST(:live_from AS date[]),
        CAST(:per_day AS integer[]),
        CAST(:join_by_day AS integer[]),
        CAST(:rain_months AS text[]),
        CAST(:ventilation_months AS text[]),
        CAST(:responsible_role AS text[]),
        CAST(:head_role AS text[]),
        CAST(:department AS text[]),
        CAST(:nothing_amiss_words AS text[]),
        CAST(:spot_check_pct AS numeric[]),
        CAST(:spot_check_minimum AS integer[]),
        CAST(:minimum_months AS integer[]),
        CAST(:backdated_days AS integer[]),
        CAST(:first_fit_out_months AS integer[]),
        CAST(:vacancy_factor AS numeric[]),
        CAST(:water_limit AS numeric[]),
        CAST(:electricity_limit AS numeric[])
    ) AS g (
        community_code, live_from, per_day, join_by_day, rain_months, ventilation_months, responsible_role, head_role,
        department, nothing_amiss_words, spot_check_pct, spot_check_minimum, minimum_months, backdated_days,
        first_fit_out_months, vacancy_factor, water_limit, electricity_limit
    )
INNER JOIN communities AS c ON g.community_code = c.community_code
