-- INS-01: the intervals in which units are vacant, each day for one reason: registered before unsold, before not fitted
-- out.
--
-- The other grounds are cut around the registrations, because a registered day is billed as registered whatever else
-- holds. Unsold and not fitted out never meet: one ends with the handover, the other begins with it.
--
-- Reads: derived_grounds (temporary)
-- Writes: derived_vacancies (temporary), one row per unit and interval; intervals of a unit do not overlap
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE derived_vacancies ON COMMIT DROP AS
WITH registered AS (
    SELECT
        g.community_code,
        g.unit_code,
        range_agg(daterange(g.start_date, g.end_date, '[]')) AS days
    FROM derived_grounds AS g
    WHERE g.ground = 'registered'
    GROUP BY g.community_code, g.unit_code
)

SELECT
    g.community_code,
    g.unit_code,
    g.ground AS reason,
    lower(p.days) AS start_date,
    upper(p.days) - 1 AS end_date,
    g.application_code
FROM derived_grounds AS g
LEFT JOIN registered AS r
    ON g.community_code = r.community_code AND g.unit_code = r.unit_code AND g.ground <> 'registered'
CROSS JOIN LATERAL unnest(
    datemultirange(daterange(g.start_date, g.end_date, '[]')) - coalesce(r.days, CAST('{}' AS datemultirange))
) AS p (days)
