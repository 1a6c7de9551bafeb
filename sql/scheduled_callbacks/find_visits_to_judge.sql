-- CB-08: home visits on which the visited person was dissatisfied and no case was opened yet, or did not sign, with the
-- community they belong to: the visit's, else that of the customer's occupancy on the day. Visits before the community is
-- served, and those of communities that are not, are left alone; of a visit of no community, the first one served decides.
--
-- Reads: home_visits, occupancies, callback_cases, called_communities (temporary)
-- Writes: judged_visits (temporary), one row per visit
-- Rerun: once per transaction
--
-- Params:
--   at (timestamptz): later visits are invisible, inclusive
--   dissatisfied_up_to (int): satisfaction, inclusive, up to which a case is opened where the community says nothing
--   department (text): department of the cases where the community says nothing
CREATE TEMPORARY TABLE judged_visits ON COMMIT DROP AS
WITH visits AS (
    SELECT
        v.visit_code,
        v.visited_at,
        v.customer_code,
        v.staff_code,
        v.topic,
        v.satisfaction,
        v.signed,
        nullif(btrim(v.comment), '') AS comment,
        coalesce(v.community_code, o.community_code) AS community_code,
        coalesce(v.unit_code, o.unit_code) AS unit_code,
        CAST(v.visited_at AT TIME ZONE 'Asia/Shanghai' AS date) AS visited_on
    FROM home_visits AS v
    LEFT JOIN
        LATERAL (
            SELECT
                p.community_code,
                p.unit_code
            FROM occupancies AS p
            WHERE
                v.unit_code IS NULL
                AND p.customer_code = v.customer_code
                AND (v.community_code IS NULL OR p.community_code = v.community_code)
                AND CAST(v.visited_at AT TIME ZONE 'Asia/Shanghai' AS date)
                BETWEEN p.start_date AND coalesce(p.end_date, date '9999-12-31')
            ORDER BY p.role ASC, p.start_date ASC, p.community_code ASC, p.unit_code ASC
            LIMIT 1
        ) AS o
        ON TRUE
    WHERE v.visited_at <= CAST(:at AS timestamptz)
)

SELECT
    v.visit_code,
    v.visited_at,
    v.customer_code,
    v.staff_code,
    v.topic,
    v.satisfaction,
    v.comment,
    v.community_code,
    v.unit_code,
    coalesce(c.department, CAST(:department AS text)) AS department,
    v.signed IS NOT TRUE AS is_unsigned,
    coalesce(v.satisfaction <= coalesce(c.dissatisfied_up_to, CAST(:dissatisfied_up_to AS integer)), FALSE)
    AND NOT EXISTS (
        SELECT 1
        FROM callback_cases AS o
        WHERE o.visit_code = v.visit_code
    ) AS is_dissatisfied
FROM visits AS v
LEFT JOIN called_communities AS c ON v.community_code = c.community_code
WHERE v.visited_on >= coalesce(c.live_from, CASE
    WHEN v.community_code IS NULL
        THEN (
            SELECT min(l.live_from)
            FROM called_communities AS l
        )
END)
