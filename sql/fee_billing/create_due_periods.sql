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
--   reading_window_days (numeric[]): days around a month's boundary within which a reading counts for it, inclusive
--   opening_window_days (numeric[]): the same, as it stood at the end of the month before
--   abnormal_pool_factor (numeric[]): times the median above which a shared meter's use is abnormal, exclusive
--   abnormal_pool_months (numeric[]): months before whose median it is compared with
--   abnormal_pool_known_months (numeric[]): months of known use without which it is not compared
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
        g.not_fitted_out_factor,
        CAST(g.reading_window_days AS integer) AS reading_window_days,
        CAST(g.opening_window_days AS integer) AS opening_window_days,
        g.abnormal_pool_factor,
        CAST(g.abnormal_pool_months AS integer) AS abnormal_pool_months,
        CAST(g.abnormal_pool_known_months AS integer) AS abnormal_pool_known_months
    FROM unnest(
        CAST(:community_codes AS text[]),
        CAST(:periods AS text[]),
        CAST(:live_from AS date[]),
        CAST(:vacancy_factor AS numeric[]),
        CAST(:not_fitted_out_factor AS numeric[]),
        CAST(:reading_window_days AS numeric[]),
        CAST(:opening_window_days AS numeric[]),
        CAST(:abnormal_pool_factor AS numeric[]),
        CAST(:abnormal_pool_months AS numeric[]),
        CAST(:abnormal_pool_known_months AS numeric[])
    ) AS g (
        community_code, period, live_from, vacancy_factor, not_fitted_out_factor, reading_window_days,
        opening_window_days, abnormal_pool_factor, abnormal_pool_months, abnormal_pool_known_months
    )
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
    g.reading_window_days,
    g.opening_window_days,
    g.abnormal_pool_factor,
    g.abnormal_pool_months,
    g.abnormal_pool_known_months,
    c.developer_code,
    CAST(:as_of AS timestamptz) AS as_of,
    CAST(CAST(:as_of AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date) AS as_of_day
FROM given AS g
INNER JOIN communities AS c ON g.community_code = c.community_code
WHERE g.live_from < g.end_day
