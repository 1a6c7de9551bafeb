-- Calls whose window ends in the days to come: whether they stand on a list today, with one part of the day or several,
-- and from which day on they may be made. What ends first comes first.
--
-- Reads: callbacks, callback_lists, calling_groups (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   day (date): day of the run, in Asia/Shanghai; nothing is reckoned for communities where it is no calling day
--   at (timestamptz): instant of the run; windows past by then are missed already
--   until (date): last day looked at, inclusive
SELECT
    b.callback_code,
    b.due_by,
    g.scope,
    CAST(greatest(b.not_before, b.next_from) AT TIME ZONE 'Asia/Shanghai' AS date) AS first_day,
    CAST((b.due_by - interval '1 microsecond') AT TIME ZONE 'Asia/Shanghai' AS date) AS due_day,
    l.callback_code IS NOT NULL AS is_listed,
    coalesce(l.call_at IS NULL AND l.parts NOT LIKE '%,%', FALSE) AS has_one_part
FROM callbacks AS b
INNER JOIN calling_groups AS g ON coalesce(b.community_code, 'prospects') = g.scope AND g.day = CAST(:day AS date)
LEFT JOIN callback_lists AS l
    ON b.callback_code = l.callback_code AND l.work_date = CAST(:day AS date) AND l.withdrawn_at IS NULL
WHERE
    b.state = 'planned'
    AND b.channel = 'call'
    AND b.missed_at IS NULL
    AND b.due_by > CAST(:at AS timestamptz)
    AND b.due_by <= CAST(CAST(:until AS date) + 1 AS timestamp) AT TIME ZONE 'Asia/Shanghai'
ORDER BY b.due_by, b.priority, b.planned_on, b.callback_code
