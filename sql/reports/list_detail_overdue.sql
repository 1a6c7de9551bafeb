-- The deadlines behind a scope's on-time rates that were not kept: met late, or running past due, as at the period's end.
--
-- Of a community whose calendar is missing nothing is known of them.
--
-- Reads: deadlines, deadline_changes, deadline_former_starts, cases, customers, served_communities, working_calendars
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; later facts are not looked at
--   community_codes (text[]): communities of the scope
--   is_by_community (boolean): rows are limited and counted in each community, not in all
--   row_limit (int): rows at most
WITH found AS (
    SELECT
        c.community_code,
        c.case_code,
        CASE WHEN c.kind <> 'repair' THEN c.kind ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid') END AS kind,
        d.milestone,
        d.due_at,
        d.met_at,
        c.unit_code,
        k.customer_name,
        c.handler,
        row_number() OVER (
            PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN c.community_code END
            ORDER BY c.community_code ASC, d.due_at ASC, c.case_code ASC, d.milestone ASC
        ) AS place,
        count(*) OVER (PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN c.community_code END) AS total
    FROM deadlines_due(CAST(:starts AS timestamptz), CAST(:ends AS timestamptz)) AS d
    INNER JOIN cases AS c ON d.case_code = c.case_code
    LEFT JOIN customers AS k ON c.customer_code = k.customer_code
    WHERE
        NOT d.is_kept
        AND c.community_code = any(CAST(:community_codes AS text[]))
        AND EXISTS (
            SELECT 1
            FROM served_communities AS s
            INNER JOIN working_calendars AS w ON s.working_calendar = w.calendar_code
            WHERE s.community_code = c.community_code
        )
)

SELECT
    f.community_code,
    f.case_code,
    f.kind,
    f.milestone,
    f.due_at,
    f.met_at,
    f.unit_code,
    f.customer_name,
    f.handler,
    f.total
FROM found AS f
WHERE f.place <= CAST(:row_limit AS integer)
ORDER BY f.community_code ASC, f.place ASC
