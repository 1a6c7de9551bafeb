-- INS-07: one round of judging overlaps: every application that no undecided earlier one overlaps is decided.
--
-- Repeated until a round decides nothing; the longest chain of overlapping applications of a unit says how often.
--
-- Reads: judged_applications (temporary)
-- Writes: judged_applications (temporary), one row per application decided
-- Rerun: decides nothing more
--
-- Params: none
UPDATE judged_applications AS j SET
    state = CASE WHEN f.first_in_the_way IS NULL THEN 'accepted' ELSE 'refused' END,
    reason = CASE WHEN f.first_in_the_way IS NOT NULL THEN 'overlapping' END,
    overlaps_code = f.first_in_the_way
FROM (
    SELECT
        u.application_code,
        (
            array_agg(e.application_code ORDER BY e.place) FILTER (WHERE e.state = 'accepted')
        )[1] AS first_in_the_way
    FROM judged_applications AS u
    LEFT JOIN judged_applications AS e
        ON
            u.community_code = e.community_code
            AND u.unit_code = e.unit_code
            AND u.place > e.place
            AND u.days && e.days
            AND e.state IS DISTINCT FROM 'refused'
    WHERE u.state IS NULL
    GROUP BY u.application_code
    HAVING coalesce(bool_and(e.state IS NOT NULL) FILTER (WHERE e.application_code IS NOT NULL), TRUE)
) AS f
WHERE j.application_code = f.application_code
