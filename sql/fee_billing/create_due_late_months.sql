-- The months in which late fees are billed, from the first in which a bill could be late.
--
-- Reads: nothing
-- Writes: due_late_months (temporary), one row per community and month with late fees
-- Rerun: once per transaction
--
-- Params:
--   community_codes (text[]): community of each month
--   periods (text[]): months, YYYY-MM, in the same order, like all that follows
--   live_from (date[]): first day the community is served, inclusive
--   late_fee_daily_rate (numeric[]): late fee of a day as a share of what is open
--   late_fee_grace_days (numeric[]): days after the due day without a late fee
--   late_fee_cap (numeric[]): most a bill's late fees come to, as a share of its principal
CREATE TEMPORARY TABLE due_late_months ON COMMIT DROP AS
SELECT
    g.community_code,
    g.period,
    greatest(CAST(g.period || '-01' AS date), g.live_from) AS first_day,
    CAST(CAST(g.period || '-01' AS date) + interval '1 month' AS date) AS end_day,
    g.rate,
    CAST(g.grace_days AS integer) AS grace_days,
    g.cap
FROM unnest(
    CAST(:community_codes AS text[]),
    CAST(:periods AS text[]),
    CAST(:live_from AS date[]),
    CAST(:late_fee_daily_rate AS numeric[]),
    CAST(:late_fee_grace_days AS numeric[]),
    CAST(:late_fee_cap AS numeric[])
) AS g (community_code, period, live_from, rate, grace_days, cap)
