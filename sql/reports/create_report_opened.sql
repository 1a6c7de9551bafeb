-- The cases of communities served that were opened since the first window began, as far as a report tells them apart.
--
-- Reads: cases, report_communities (temporary)
-- Writes: report_opened (temporary), one row per case
-- Rerun: after it was dropped
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
CREATE TEMPORARY TABLE report_opened ON COMMIT DROP AS
SELECT
    c.case_code,
    c.community_code,
    CASE
        WHEN c.kind <> 'repair' THEN c.kind
        ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
    END AS word,
    c.urgency = 'emergency' AS is_emergency,
    coalesce(c.feedback_class, 'unclassified') AS feedback_class,
    c.department,
    c.opened_at
FROM cases AS c
INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
WHERE c.opened_at >= CAST(:first_start AS timestamptz)
