-- Results of a period that may be shown to who looks: company, communities, teams, agents.
-- Reads: quality_results, staff, communities
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   period (text): week or month
--   viewer (text): staff number of who looks; empty: not in the register
--   sees_all (boolean): everybody's scores may be shown
--   communities (text[]): communities whose agents' may
--   teams (text[]): teams whose may
--   teamless_of (text[]): communities of whose agents without a team they may
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    r.scope_kind AS scope_kind,
    r.scope_code AS scope_code,
    coalesce(s.staff_name, c.community_name, r.scope_code) AS scope_name,
    r.population AS population,
    r.drawn AS drawn,
    r.sampled AS sampled,
    r.mean_score AS mean_score,
    r.low_95 AS low_95,
    r.high_95 AS high_95,
    r.critical_rate AS critical_rate,
    r.critical_low_95 AS critical_low_95,
    r.critical_high_95 AS critical_high_95,
    r.random_mean AS random_mean,
    r.random_low_95 AS random_low_95,
    r.random_high_95 AS random_high_95,
    r.random_sampled AS random_sampled,
    r.covered_share AS covered_share,
    r.verdict AS verdict,
    r.is_small AS is_small,
    r.is_final AS is_final
FROM quality_results AS r
LEFT JOIN staff AS s ON r.scope_kind = 'staff' AND r.scope_code = s.staff_code
LEFT JOIN communities AS c ON r.scope_kind = 'community' AND r.scope_code = c.community_code
WHERE
    r.period = CAST(:period AS text)
    AND CASE r.scope_kind
        WHEN 'staff'
            THEN
                s.staff_code = CAST(:viewer AS text)
                OR (
                    CAST(:sees_all AS boolean)
                    OR s.community_code = any(CAST(:communities AS text[]))
                    OR s.team_code = any(CAST(:teams AS text[]))
                    OR (s.team_code IS NULL AND s.community_code = any(CAST(:teamless_of AS text[])))
                )
        WHEN 'team'
            THEN
                CAST(:sees_all AS boolean)
                OR r.scope_code = any(CAST(:teams AS text[]))
                OR EXISTS (
                    SELECT 1
                    FROM staff AS m
                    WHERE m.team_code = r.scope_code AND m.community_code = any(CAST(:communities AS text[]))
                )
        WHEN 'community'
            THEN
                CAST(:sees_all AS boolean)
                OR r.scope_code = any(CAST(:communities AS text[]))
        ELSE CAST(:sees_all AS boolean)
    END
ORDER BY
    array_position(ARRAY['company', 'community', 'team', 'staff'], r.scope_kind) ASC, r.scope_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
