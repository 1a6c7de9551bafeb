-- The steps a run is about to tell of, with what the gate asks of each: it is due, the thing is still kept, its steps come
-- in order, and what is reported is so in the registers.
-- Whatever nobody was told of yet is looked at, whichever run wrote it: a gate stopped it, or it never met one.
--
-- Reads: custody_steps, custody_progress, found_property, key_loans, device_checks, staff, roster, settings, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH moment AS (
    SELECT
        CAST(greatest(r.as_of, p.looked_to) AT TIME ZONE 'Asia/Shanghai' AS date) AS today,
        CAST(greatest(r.as_of, p.looked_to) AT TIME ZONE 'Asia/Shanghai' - interval '18 hours' AS date) AS evening,
        p.live_from
    FROM runs AS r
    LEFT JOIN custody_progress AS p ON p.only_row
    WHERE r.run_id = :run_id
),

untold AS (
    SELECT
        s.step,
        s.subject,
        s.due_on,
        s.community_code,
        s.staff_code,
        s.checked_at,
        s.device,
        (CAST(s.due_on AS timestamp) + interval '18 hours') AT TIME ZONE 'Asia/Shanghai' AS evening_at,
        CAST(s.due_on AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS day_at,
        m.today,
        CAST(w.as_of AT TIME ZONE 'Asia/Shanghai' AS date) AS written_on,
        CASE WHEN s.step = 'device_abnormal' THEN m.today ELSE m.evening END AS latest,
        m.live_from
    FROM custody_steps AS s
    INNER JOIN runs AS w ON s.run_id = w.run_id
    CROSS JOIN moment AS m
    WHERE s.told_at IS NULL AND s.cancelled_on IS NULL AND s.run_id <= :run_id
),

terms AS (
    SELECT
        u.step,
        u.subject,
        u.due_on,
        max(CAST(g.value AS integer)) FILTER (WHERE g.setting = 'custody_disposal_months') AS disposal_months,
        max(CAST(g.value AS integer)) FILTER (WHERE g.setting = 'custody_posting_weekday') AS posting_weekday
    FROM untold AS u
    INNER JOIN settings AS g
        ON
            g.setting IN ('custody_disposal_months', 'custody_posting_weekday')
            AND g.community_code IS NULL
            AND (g.valid_from IS NULL OR u.due_on >= g.valid_from)
    WHERE
        NOT EXISTS (
            SELECT 1 AS one
            FROM settings AS l
            WHERE
                l.setting = g.setting
                AND l.community_code IS NULL
                AND l.valid_from > coalesce(g.valid_from, '-infinity')
                AND u.due_on >= l.valid_from
        )
    GROUP BY u.step, u.subject, u.due_on
),

earlier AS (
    SELECT
        u.subject,
        bool_or(o.step = 'posted' AND o.told_at IS NOT NULL) AS is_posted,
        max(o.until) AS posted_until,
        bool_or(o.step = 'handed_over' AND o.told_at IS NOT NULL) AS is_handed_over
    FROM untold AS u
    INNER JOIN custody_steps AS o ON u.subject = o.subject AND o.step IN ('posted', 'handed_over')
    WHERE u.step IN ('handed_over', 'disposal')
    GROUP BY u.subject
)

SELECT
    u.step,
    u.subject,
    u.due_on,
    u.due_on - u.latest AS days_until_due,
    u.today - u.written_on AS days_untold,
    least(
        u.due_on,
        CAST(p.found_at AT TIME ZONE 'Asia/Shanghai' AS date),
        CAST(k.borrowed_at AT TIME ZONE 'Asia/Shanghai' AS date)
    ) - u.live_from AS days_since_live,
    CASE
        WHEN u.step = 'key_chased' THEN k.loan_code IS NOT NULL
        WHEN u.step = 'device_abnormal' THEN d.staff_code IS NOT NULL
        WHEN u.step = 'device_unchecked' THEN f.staff_code IS NOT NULL
        ELSE p.item_code IS NOT NULL
    END AS has_subject,
    coalesce(p.claimed_at >= u.day_at, k.returned_at >= u.day_at, TRUE) AS is_still_kept,
    u.step <> 'to_administration' OR coalesce(p.valuable, TRUE) AS is_valuable,
    CASE u.step
        WHEN 'handed_over' THEN coalesce(e.is_posted AND u.due_on >= e.posted_until, FALSE)
        WHEN 'disposal' THEN coalesce(e.is_handed_over, FALSE)
        ELSE TRUE
    END AS is_in_order,
    u.step <> 'disposal' OR p.item_code IS NULL
    OR u.due_on >= CAST(
        CAST(p.found_at AT TIME ZONE 'Asia/Shanghai' AS date) + coalesce(t.disposal_months, 3) * interval '1 month' AS date
    ) AS is_kept_long_enough,
    u.step <> 'posted' OR extract(ISODOW FROM u.due_on) = coalesce(t.posting_weekday, 5) AS is_posting_day,
    u.step <> 'key_chased' OR k.loan_code IS NULL OR u.evening_at >= k.borrowed_at AS is_lent_by_evening,
    u.step <> 'device_abnormal' OR d.staff_code IS NULL OR NOT d.normal AS is_abnormal,
    u.step <> 'device_unchecked' OR EXISTS (
        SELECT 1 AS one
        FROM roster AS r
        WHERE r.staff_code = u.staff_code AND r.shift_date = u.due_on
    ) AS is_on_shift
FROM untold AS u
LEFT JOIN found_property AS p
    ON u.subject = p.item_code AND u.step IN ('to_administration', 'posted', 'handed_over', 'disposal')
LEFT JOIN key_loans AS k ON u.subject = k.loan_code AND u.step = 'key_chased'
LEFT JOIN device_checks AS d
    ON u.staff_code = d.staff_code AND u.checked_at = d.checked_at AND u.device = d.device AND u.step = 'device_abnormal'
LEFT JOIN staff AS f ON u.staff_code = f.staff_code AND u.step = 'device_unchecked'
LEFT JOIN earlier AS e ON u.subject = e.subject
LEFT JOIN terms AS t ON u.step = t.step AND u.subject = t.subject AND u.due_on = t.due_on
