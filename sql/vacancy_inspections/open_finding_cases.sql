-- INS-05: opens a case for every finding that has none yet, whatever the verdict on the visit: what is amiss is amiss.
-- The first finding of an inspection has the case GJ-<inspection>, further visits' findings GJ2-<inspection> and so on;
-- codes that another case has are left out.
--
-- Reads: judged_results, described_findings (temporary), units, staff, inspected_communities (temporary)
-- Writes: cases, one row per visit with a finding
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant the cases are opened at
INSERT INTO cases (
    case_code, community_code, unit_code, kind, area, urgency, channel, department, description, opened_at
)
SELECT
    f.case_code,
    j.community_code,
    j.unit_code,
    'repair',
    CASE WHEN u.unit_use = 'basement' THEN 'public' ELSE 'in_home' END,
    CASE WHEN j.plan IN ('rain', 'severe_weather') THEN 'urgent' ELSE 'ordinary' END,
    '巡检',
    c.department,
    f.description,
    CAST(:as_of AS timestamptz)
FROM judged_results AS j
INNER JOIN units AS u ON j.community_code = u.community_code AND j.unit_code = u.unit_code
INNER JOIN inspected_communities AS c ON j.community_code = c.community_code
INNER JOIN described_findings AS f ON j.inspection_code = f.inspection_code AND j.inspected_at = f.inspected_at
WHERE j.case_no IS NOT NULL
ON CONFLICT (case_code) DO NOTHING
