-- Remarks on units without an inspector that say what is no longer so: some of the units have found one. Those that still
-- have nobody are more than the capacity, and told as such.
--
-- Reads: inspection_placements (temporary)
-- Writes: inspection_remarks, removed
-- Rerun: nothing more
--
-- Params:
--   period (text): month that is planned, YYYY-MM
DELETE FROM inspection_remarks AS r
USING (
    SELECT
        p.community_code || ':' || CAST(:period AS text) AS subject,
        bool_or(p.staff_code IS NULL) AS is_any_left
    FROM inspection_placements AS p
    GROUP BY p.community_code
    HAVING bool_or(p.had_nobody AND p.staff_code IS NOT NULL)
) AS f
WHERE
    r.subject = f.subject
    AND r.kind IN ('no_inspector', 'no_capacity', 'over_capacity')
    AND (r.kind <> 'over_capacity' OR NOT f.is_any_left)
