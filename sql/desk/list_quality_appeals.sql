-- Appeals against scores that may be shown to who looks, the open ones first, then the latest.
-- Reads: quality_appeal_verdicts, samples, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   viewer (text): staff number of who looks; empty: not in the register
--   sees_all (boolean): everybody's scores may be shown
--   communities (text[]): communities whose agents' may
--   teams (text[]): teams whose may
--   teamless_of (text[]): communities of whose agents without a team they may
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    v.sample_code AS sample_code,
    v.appealed_at AS appealed_at,
    v.staff_code AS appellant,
    s.staff_code AS staff_code,
    a.staff_name AS staff_name,
    s.team_code AS team_code,
    v.verdict AS verdict,
    v.reason AS reason,
    v.due_on AS due_on,
    v.outcome AS outcome,
    v.score_before AS score_before,
    v.score_after AS score_after,
    v.decided_at AS decided_at
FROM quality_appeal_verdicts AS v
INNER JOIN samples AS s ON v.sample_code = s.sample_code
INNER JOIN staff AS a ON s.staff_code = a.staff_code
WHERE
    s.staff_code = CAST(:viewer AS text)
    OR v.staff_code = CAST(:viewer AS text)
    OR v.reviewer = CAST(:viewer AS text)
    OR (
        CAST(:sees_all AS boolean)
        OR s.community_code = any(CAST(:communities AS text[]))
        OR s.team_code = any(CAST(:teams AS text[]))
        OR (s.team_code IS NULL AND s.community_code = any(CAST(:teamless_of AS text[])))
    )
ORDER BY (v.verdict = 'accepted' AND v.outcome IS NULL) DESC, v.appealed_at DESC, v.sample_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
