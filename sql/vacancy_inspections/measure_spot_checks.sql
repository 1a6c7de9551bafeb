-- INS-06: spot checks by the month they check: how many were drawn and made, and in how many the unit was found otherwise
-- than the inspector had reported. By inspector and community, by community, and for all communities asked for (blank).
--
-- Otherwise means: entered where the inspector did not enter, a point judged the other way, or something found amiss by
-- one of the two only (a finding is what opened a case).
--
-- Reads: inspections, inspection_results, inspection_visits
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   periods (text[]): months checked, YYYY-MM
--   community_codes (text[]): communities; NULL: all
WITH checks AS (
    SELECT
        i.period,
        i.community_code,
        x.inspected_by AS staff_code,
        i.state = 'done' AS is_checked,
        i.state = 'done' AND (
            mine.entered IS DISTINCT FROM theirs.entered
            OR coalesce(mine.valves_off <> theirs.valves_off, FALSE)
            OR coalesce(mine.installations_ok <> theirs.installations_ok, FALSE)
            OR coalesce(mine.hygiene_ok <> theirs.hygiene_ok, FALSE)
            OR coalesce(mine.structure_ok <> theirs.structure_ok, FALSE)
            OR (my_visit.case_code IS NULL) <> (their_visit.case_code IS NULL)
        ) AS is_differing
    FROM inspections AS i
    INNER JOIN inspections AS x ON i.checks_code = x.inspection_code
    LEFT JOIN inspection_results AS mine
        ON i.inspection_code = mine.inspection_code AND i.inspected_at = mine.inspected_at
    LEFT JOIN inspection_results AS theirs
        ON x.inspection_code = theirs.inspection_code AND x.inspected_at = theirs.inspected_at
    LEFT JOIN inspection_visits AS my_visit
        ON mine.inspection_code = my_visit.inspection_code AND mine.inspected_at = my_visit.inspected_at
    LEFT JOIN inspection_visits AS their_visit
        ON theirs.inspection_code = their_visit.inspection_code AND theirs.inspected_at = their_visit.inspected_at
    WHERE
        i.plan = 'spot_check'
        AND i.state <> 'cancelled'
        AND i.period = any(CAST(:periods AS text[]))
        AND (
            CAST(:community_codes AS text[]) IS NULL
            OR i.community_code = any(CAST(:community_codes AS text[]))
        )
)

SELECT
    k.period,
    k.community_code,
    k.staff_code,
    count(*) AS drawn,
    count(*) FILTER (WHERE k.is_checked) AS checked,
    count(*) FILTER (WHERE k.is_differing) AS differing
FROM checks AS k
GROUP BY GROUPING SETS ((k.period, k.community_code, k.staff_code), (k.period, k.community_code), (k.period))
ORDER BY k.period ASC, k.community_code ASC NULLS FIRST, k.staff_code ASC NULLS FIRST
