-- Days on which the property fee and shared utilities of a unit are discounted: registered vacant (INS-08), unless the
-- month counts as occupied (INS-09), and handed over but not fitted out where the community grants something for it.
--
-- Reads: due_periods (temporary), vacancy_registrations, vacancy_applications, vacancy_use, vacancies
-- Writes: due_discounts (temporary), one row per month, unit and stretch of days, clipped to the days billed; stretches
-- of a unit do not overlap
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_discounts ON COMMIT DROP AS
SELECT
    p.community_code,
    p.period,
    a.unit_code,
    greatest(g.first_day, p.bill_from) AS first_day,
    least(g.last_day + 1, p.end_day) AS end_day,
    CASE WHEN coalesce(m.is_occupied, FALSE) THEN 1 ELSE p.vacancy_factor END AS factor,
    CASE WHEN coalesce(m.is_occupied, FALSE) THEN 'occupied' ELSE 'registered' END AS reason,
    g.application_code
FROM due_periods AS p
INNER JOIN vacancy_applications AS a ON p.community_code = a.community_code AND p.as_of_day >= a.applied_on
INNER JOIN vacancy_registrations AS g
    ON
        a.application_code = g.application_code
        AND g.state = 'accepted'
        AND p.end_day > g.first_day
        AND p.bill_from <= g.last_day
LEFT JOIN vacancy_use AS m ON g.application_code = m.application_code AND p.period = m.period
UNION ALL
SELECT
    p.community_code,
    p.period,
    v.unit_code,
    greatest(v.start_date, p.bill_from),
    least(coalesce(v.end_date + 1, p.end_day), p.end_day),
    p.not_fitted_out_factor,
    'not_fitted_out',
    NULL
FROM due_periods AS p
INNER JOIN vacancies AS v
    ON
        p.community_code = v.community_code
        AND p.not_fitted_out_factor <> 1
        AND v.reason = 'not_fitted_out'
        AND p.end_day > v.start_date
        AND (v.end_date IS NULL OR p.bill_from <= v.end_date)
