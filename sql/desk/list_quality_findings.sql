-- What the automatic checks of a week found, item by item, as far as it may be shown to who looks.
-- Reads: quality_findings, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   period (text): week
--   check_name (text): only this check; null: all of them
--   viewer (text): staff number of who looks; empty: not in the register
--   sees_all (boolean): everybody's scores may be shown
--   communities (text[]): communities whose agents' may
--   teams (text[]): teams whose may
--   teamless_of (text[]): communities of whose agents without a team they may
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    f.check_name AS check_name,
    f.subject_kind AS subject_kind,
    f.subject_code AS subject_code,
    f.staff_code AS staff_code,
    s.staff_name AS staff_name,
    f.team_code AS team_code,
    f.community_code AS community_code,
    f.occurred_at AS occurred_at,
    f.detail AS detail
FROM quality_findings AS f
LEFT JOIN staff AS s ON f.staff_code = s.staff_code
WHERE
    f.period = CAST(:period AS text)
    AND (CAST(:check_name AS text) IS NULL OR f.check_name = :check_name)
    AND (
        f.staff_code = CAST(:viewer AS text)
        OR (
            CAST(:sees_all AS boolean)
            OR f.community_code = any(CAST(:communities AS text[]))
            OR f.team_code = any(CAST(:teams AS text[]))
            OR (f.team_code IS NULL AND f.community_code = any(CAST(:teamless_of AS text[])))
        )
    )
ORDER BY f.occurred_at ASC, f.check_name ASC, f.subject_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
