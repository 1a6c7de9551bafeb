-- What is owed in a community, by age.
-- Reads: arrears
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
SELECT
    count(*) FILTER (WHERE a.balance > a.not_yet_due) AS payers,
    coalesce(sum(a.balance), 0) AS balance,
    coalesce(sum(a.not_yet_due), 0) AS not_yet_due,
    coalesce(sum(a.days_0_30), 0) AS days_0_30,
    coalesce(sum(a.days_31_90), 0) AS days_31_90,
    coalesce(sum(a.days_91_180), 0) AS days_91_180,
    coalesce(sum(a.days_181_365), 0) AS days_181_365,
    coalesce(sum(a.days_over_365), 0) AS days_over_365
FROM arrears AS a
WHERE a.community_code = :community_code
