-- What callbacks need and whether it is there: rules in force, agents on the month's roster, subscribers of the lists,
-- customers who can be reached neither by telephone nor by mail, calls that wait and the calls agents make a day.
-- Reads: callback_rules, roster, staff, report_recipients, customers, callbacks, callback_days
-- Writes: nothing (one row)
-- Rerun: the same answer
-- Params:
--   on_day (date): day in Asia/Shanghai looked at; the roster is that of its month
SELECT
    (
        SELECT count(r.rule_code)
        FROM callback_rules AS r
    ) AS rules,
    (
        SELECT count(*)
        FROM callback_rules AS r
        WHERE r.enabled IS NOT FALSE
    ) AS rules_enabled,
    (
        SELECT count(*)
        FROM staff AS p
        WHERE
            p.role = 'agent'
            AND (p.hired_on IS NULL OR p.hired_on <= CAST(:on_day AS date))
            AND (p.left_on IS NULL OR p.left_on >= CAST(:on_day AS date))
    ) AS agents,
    (
        SELECT count(DISTINCT o.staff_code)
        FROM roster AS o
        INNER JOIN staff AS p ON o.staff_code = p.staff_code
        WHERE
            p.role = 'agent'
            AND o.shift_date >= CAST(date_trunc('month', CAST(:on_day AS timestamp)) AS date)
            AND o.shift_date < CAST(date_trunc('month', CAST(:on_day AS timestamp)) + interval '1 month' AS date)
    ) AS rostered,
    (
        SELECT count(*)
        FROM report_recipients AS e
        WHERE e.report = 'callback_list'
    ) AS subscribers,
    (
        SELECT count(*)
        FROM customers AS u
        WHERE u.phone IS NULL AND u.email IS NULL
    ) AS unreachable,
    (
        SELECT count(*)
        FROM callbacks AS b
        WHERE
            b.state = 'planned'
            AND b.channel = 'call'
            AND greatest(b.not_before, b.next_from) < CAST(CAST(:on_day AS date) + 1 AS timestamp) AT TIME ZONE 'Asia/Shanghai'
    ) AS waiting,
    (
        SELECT coalesce(sum(d.capacity), 0)
        FROM callback_days AS d
        WHERE
            d.work_date = (
                SELECT max(n.work_date)
                FROM callback_days AS n
            )
    ) AS capacity
