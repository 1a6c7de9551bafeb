-- The months of communities to compute, with the days that are billed and the factors in force.
--
-- Reads: communities
-- Writes: due_periods (temporary), one row per community and month; months that end before the first day served are
-- left out
-- Rerun: once per transaction
--
-- Params:
--   community_codes (text[]): community of each month
--   periods (text[]): months, YYYY-MM, in the same order, like all that follows
--   live_from (date[]): first day the community is served, inclusive
--   vacancy_factor (numeric[]): share billed on days registered vacant, 0 to 1
--   not_fitted_out_factor (numeric[]): share billed on days handed over and not yet fitted out, 0 to 1
--   as_of (timestamptz): instant; facts after it are not seen
CREATE TEMPORARY TABLE due_periods ON COMMIT DROP AS
WITH given AS (
    SELECT
        g.community_code,
        g.period,
        CAST(g.period || '-01' AS date) AS first_day,
        CAST(CAST(g.period || '-01' AS date) + interval '1 month' AS date) AS end_day,
        g.live_from,
        g.vacancy_factor,
        g.not_fitted_out_factor
    FROM unnest(
        CAST(:community_codes AS text[]),
        CAST(:periods AS text[]),
        CAST(:live_from AS date[]),
        CAST(:vacancy_factor AS numeric[]),
        CAST(:not_fitted_out_factor AS numeric[])
    ) AS g (community_code, period, live_from, vacancy_factor, not_fitted_out_factor)
)

SELECT
    g.community_code,
    g.period,
    g.first_day,
    greatest(g.first_day, g.live_from) AS bill_from,
    g.end_day,
    g.end_day - g.first_day AS month_days,
    g.vacancy_factor,
    g.not_fitted_out_factor,
    c.developer_code,
    CAST(:as_of AS timestamptz) AS as_of,
    CAST(CAST(:as_of AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date) AS as_of_day
FROM given AS g
INNER JOIN communities AS c ON g.community_code = c.community_code
WHERE g.live_from < g.end_day
