-- The calendar changed (next year's holidays were published, or a day of our own): windows end where they should, those of
-- care within its period. A contact that is missed stays missed.
--
-- Reads: callback_contacts, called_communities, calling_days, calling_parts (temporary)
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact that changed
-- Rerun: only what differs
--
-- Params:
--   at (timestamptz): instant of the day planned
--   run_id (bigint): run that does it
WITH ends AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        CAST(x.explanation ->> 'due_on' AS date) AS due_on,
        l.day AS new_due_on,
        (l.day + a.closes) AT TIME ZONE 'Asia/Shanghai' AS due_by
    FROM callback_contacts AS x
    LEFT JOIN called_communities AS k ON x.community_code = k.community_code
    CROSS JOIN (SELECT max(p.closes) AS closes FROM calling_parts AS p) AS a
    INNER JOIN calling_days AS d
        ON
            coalesce(k.calendar_code, 'office') = d.calendar_code
            AND CAST(x.not_before AT TIME ZONE 'Asia/Shanghai' AS date) = d.day
    LEFT JOIN calling_days AS z
        ON
            d.calendar_code = z.calendar_code
            AND CAST(x.explanation ->> 'period_to' AS date) = z.day
            AND x.trigger <> 'prospect'
    INNER JOIN calling_days AS l
        ON
            d.calendar_code = l.calendar_code
            AND l.is_calling_day
            AND l.day_no = least(
                z.day_no,
                d.day_no + CASE
                    WHEN CAST(x.explanation ->> 'window_working_days' AS integer) > 0
                        THEN CAST(x.explanation ->> 'window_working_days' AS integer)
                    WHEN d.is_calling_day AND x.not_before < (d.day + a.closes) AT TIME ZONE 'Asia/Shanghai' THEN 0
                    ELSE 1
                END
            )
    WHERE
        x.state = 'planned'
        AND x.missed_at IS NULL
        AND (k.community_code IS NOT NULL OR x.community_code IS NULL)
),

moved AS (
    UPDATE callback_contacts AS x
    SET
        due_by = greatest(e.due_by, x.not_before),
        explanation = x.explanation || jsonb_build_object('due_on', e.new_due_on, 'former_due_on', e.due_on),
        run_id = CAST(:run_id AS bigint)
    FROM ends AS e
    WHERE
        x.rule_code = e.rule_code
        AND x.subject = e.subject
        AND x.occasion = e.occasion
        AND x.due_by > CAST(:at AS timestamptz)
        AND e.new_due_on <> e.due_on
    RETURNING x.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT m.callback_code
FROM moved AS m
