-- INS-07: the vacancy applications to judge, each with what its own row says, and the order in which overlaps are seen.
--
-- An application must be longer than the months demanded, by its end_date, whatever early end is announced. It counts
-- from start_date, at most so many days before the application, to its announced end. One that ends before the first day
-- that counts has no day: its last day is the day before its first. Accepted applications whose days have not changed
-- since come first, then those accepted before, then the day of the application and its code.
--
-- Reads: vacancy_applications, vacancy_registrations, inspected_communities (temporary)
-- Writes: judged_applications (temporary), one row per application known on the day or judged before
-- Rerun: once per transaction
--
-- Params:
--   day (date): day judged at, inclusive
CREATE TEMPORARY TABLE judged_applications ON COMMIT DROP AS
WITH looked_at AS (
    SELECT
        a.application_code,
        a.community_code,
        a.unit_code,
        a.applied_on,
        a.start_date,
        least(a.end_date, a.ended_on) AS asked_last_day,
        greatest(a.start_date, a.applied_on - c.backdated_days) AS first_day,
        CASE
            WHEN NOT a.identity_checked THEN 'identity_not_checked'
            WHEN a.water_reading IS NULL OR a.electricity_reading IS NULL THEN 'no_meter_reading'
            WHEN a.end_date + 1 <= a.start_date + make_interval(months => c.minimum_months) THEN 'too_short'
        END AS reason,
        r.state AS former_state,
        r.first_day AS former_first_day,
        r.last_day AS former_last_day
    FROM vacancy_applications AS a
    INNER JOIN inspected_communities AS c ON a.community_code = c.community_code
    LEFT JOIN vacancy_registrations AS r ON a.application_code = r.application_code
    WHERE
        c.live_from <= CAST(:day AS date)
        AND (a.applied_on <= CAST(:day AS date) OR r.application_code IS NOT NULL)
),

with_days AS (
    SELECT
        l.*,
        greatest(l.asked_last_day, l.first_day - 1) AS last_day,
        CASE
            WHEN l.asked_last_day < l.start_date THEN CAST('empty' AS daterange)
            ELSE daterange(l.start_date, l.asked_last_day, '[]')
        END AS days
    FROM looked_at AS l
)

SELECT
    w.application_code,
    w.community_code,
    w.unit_code,
    w.days,
    w.first_day,
    w.last_day,
    w.reason,
    CASE WHEN w.reason IS NOT NULL THEN 'refused' END AS state,
    CAST(NULL AS text) AS overlaps_code,
    row_number() OVER (
        PARTITION BY w.community_code, w.unit_code
        ORDER BY
            coalesce(
                w.former_state = 'accepted' AND w.former_first_day = w.first_day AND w.former_last_day = w.last_day,
                FALSE
            ) DESC,
            coalesce(w.former_state = 'accepted', FALSE) DESC,
            w.applied_on ASC,
            w.application_code ASC
    ) AS place
FROM with_days AS w
