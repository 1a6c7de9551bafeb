-- How many units are vacant on a day, by reason, and how many remarks there are of late.
-- Reads: vacancies, inspection_remarks
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   day (date): day looked at
--   community_code (text): only this community; null: all
--   noted_since (timestamptz): remarks from this instant on, inclusive
SELECT
    count(*) AS units,
    count(*) FILTER (WHERE v.reason = 'unsold') AS unsold,
    count(*) FILTER (WHERE v.reason = 'not_fitted_out') AS not_fitted_out,
    count(*) FILTER (WHERE v.reason = 'registered') AS registered,
    (
        SELECT count(*)
        FROM inspection_remarks AS m
        WHERE
            m.noted_at >= :noted_since
            AND (CAST(:community_code AS text) IS NULL OR m.community_code = :community_code)
    ) AS remarks
FROM vacancies AS v
WHERE
    v.start_date <= :day
    AND coalesce(v.end_date >= :day, TRUE)
    AND (CAST(:community_code AS text) IS NULL OR v.community_code = :community_code)
