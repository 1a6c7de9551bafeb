-- Takes lines off the lists of agents who are not there any more that day (absent, on leave, left, off the roster, or
-- there only outside the parts to call in), as far as nobody has tried them that day.
--
-- Reads: callback_lists, callbacks, callback_results, calling_agents, calling_parts (temporary)
-- Writes: callback_lists: when the line was withdrawn
-- Rerun: nothing, for what was withdrawn stands no more
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes
UPDATE callback_lists AS l
SET
    withdrawn_at = CAST(:at AS timestamptz),
    run_id = CAST(:run_id AS bigint)
FROM callbacks AS b
WHERE
    l.callback_code = b.callback_code
    AND b.state = 'planned'
    AND l.work_date = CAST(:day AS date)
    AND l.withdrawn_at IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM calling_agents AS a
        INNER JOIN calling_parts AS p ON a.mask & p.bit > 0
        WHERE
            a.staff_code = l.staff_code
            AND a.day = l.work_date
            AND CAST(p.part_no AS text) = any(string_to_array(l.parts, ','))
    )
    AND NOT EXISTS (
        SELECT 1
        FROM callback_results AS r
        WHERE
            r.callback_code = l.callback_code
            AND r.attempted_at >= CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai'
            AND r.attempted_at <= CAST(:at AS timestamptz)
    )
