-- Roles that a step of the escalation ladder tells and that nobody fills in a served community, neither there nor for
-- all communities; and roles whose people have no mail address. Such a step goes to the next level.
-- Reads: escalation_steps, staff, communities, settings
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   on_day (date): day in Asia/Shanghai on which people must be employed (inclusive)
WITH told_roles AS (
    SELECT DISTINCT step.role AS role
    FROM escalation_steps AS step
    WHERE step.role <> 'handler'
),

served AS (
    SELECT known.community_code AS community_code
    FROM communities AS known
    WHERE EXISTS (
        SELECT 1
        FROM settings AS live
        WHERE
            live.setting = 'live_from'
            AND (live.community_code IS NULL OR live.community_code = known.community_code)
    )
)

SELECT
    told.role AS role,
    served.community_code AS community_code,
    count(person.staff_code) AS people,
    count(person.email) AS people_with_address
FROM told_roles AS told
CROSS JOIN served
LEFT JOIN staff AS person
    ON
        told.role = person.role
        AND (person.community_code IS NULL OR served.community_code = person.community_code)
        AND (person.hired_on IS NULL OR person.hired_on <= CAST(:on_day AS date))
        AND (person.left_on IS NULL OR person.left_on >= CAST(:on_day AS date))
GROUP BY told.role, served.community_code
HAVING count(person.email) = 0
ORDER BY told.role, served.community_code
