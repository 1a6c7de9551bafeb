-- INS-07: judgements on vacancy applications that the owner does not know of, one row per judgement and owner with an
-- address; one row without a customer where no owner has one. Applications from before the community was served are
-- judged and not told.
--
-- The owners are those of the day, else those of the day of the application.
--
-- Reads: vacancy_registrations, vacancy_applications, inspected_communities (temporary), communities, units, buildings,
--        occupancies, customers, messages
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   at (timestamptz): instant of the run, inclusive
--   on_day (date): its day
WITH untold AS (
    SELECT
        r.application_code,
        r.state,
        r.reason,
        r.overlaps_code,
        r.first_day,
        r.last_day,
        r.case_code,
        a.community_code,
        a.unit_code,
        a.applied_on,
        a.start_date,
        a.end_date,
        a.ended_on
    FROM vacancy_registrations AS r
    INNER JOIN vacancy_applications AS a ON r.application_code = a.application_code
    INNER JOIN inspected_communities AS g ON a.community_code = g.community_code
    WHERE r.told_at IS NULL AND r.judged_at <= :at AND a.applied_on >= g.live_from
),

candidates AS (
    SELECT
        t.application_code,
        c.customer_code,
        c.customer_name,
        c.email,
        c.preferred_language,
        bool_or(o.start_date <= :on_day AND coalesce(o.end_date >= :on_day, TRUE)) AS is_of_today
    FROM untold AS t
    INNER JOIN occupancies AS o
        ON t.community_code = o.community_code AND t.unit_code = o.unit_code AND o.role = 'owner'
    INNER JOIN customers AS c ON o.customer_code = c.customer_code
    WHERE
        (o.start_date <= :on_day AND coalesce(o.end_date >= :on_day, TRUE))
        OR (o.start_date <= t.applied_on AND coalesce(o.end_date >= t.applied_on, TRUE))
    GROUP BY t.application_code, c.customer_code
),

owners AS (
    SELECT
        k.*,
        bool_or(k.is_of_today) OVER (PARTITION BY k.application_code) AS has_one_today,
        count(k.email) OVER (PARTITION BY k.application_code, k.is_of_today) AS reachable
    FROM candidates AS k
)

SELECT
    t.*,
    g.minimum_months,
    g.backdated_days,
    g.vacancy_factor,
    g.water_limit,
    g.electricity_limit,
    m.community_name,
    coalesce(b.building_name, u.building_code) AS building_name,
    CAST(t.start_date + make_interval(months => g.minimum_months) AS date) AS earliest_end,
    other.first_day AS other_first_day,
    other.last_day AS other_last_day,
    coalesce((
        SELECT max(x.edition)
        FROM messages AS x
        WHERE x.kind = 'vacancy_registration' AND x.business_key = t.application_code
    ), 0) AS mailed_before,
    w.customer_code,
    w.customer_name,
    w.email,
    coalesce(w.preferred_language, 'zh') AS language
FROM untold AS t
INNER JOIN inspected_communities AS g ON t.community_code = g.community_code
INNER JOIN communities AS m ON t.community_code = m.community_code
INNER JOIN units AS u ON t.community_code = u.community_code AND t.unit_code = u.unit_code
LEFT JOIN buildings AS b ON u.community_code = b.community_code AND u.building_code = b.building_code
LEFT JOIN vacancy_registrations AS other ON t.overlaps_code = other.application_code
LEFT JOIN owners AS w
    ON
        t.application_code = w.application_code
        AND w.is_of_today = w.has_one_today
        AND (w.email IS NOT NULL OR w.reachable = 0)
ORDER BY t.community_code, t.unit_code, t.application_code, w.customer_code
