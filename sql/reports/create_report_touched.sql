-- The touched cases of communities served, as far as a report tells them apart.
--
-- Reads: cases, touched_codes, report_communities (temporary)
-- Writes: report_touched (temporary), one row per case
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE report_touched ON COMMIT DROP AS
SELECT
    c.case_code,
    c.community_code,
    c.opened_at,
    CASE
        WHEN c.kind <> 'repair' THEN c.kind
        ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
    END AS word
FROM touched_codes AS t
INNER JOIN cases AS c ON t.case_code = c.case_code
INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
