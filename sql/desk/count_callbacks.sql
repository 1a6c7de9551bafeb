-- How callbacks stand now: what is open by channel, what waits, what is past or would be, what was remarked of late.
-- Reads: callbacks, callback_warnings, callback_contacts, callback_remarks, callback_conflicts
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   at (timestamptz): instant looked at, inclusive
--   noted_since (timestamptz): remarks, conflicts and misses from then on, inclusive
--   community_code (text): only this community; null: all
WITH standing AS (
    SELECT
        b.channel AS channel,
        b.staff_code AS staff_code,
        b.missed_at AS missed_at,
        greatest(b.not_before, coalesce(b.next_from, b.not_before)) AS callable_from,
        k.callback_code IS NOT NULL AS is_warned
    FROM callbacks AS b
    LEFT JOIN callback_warnings AS k ON b.callback_code = k.callback_code AND b.due_by = k.due_by
    WHERE
        b.state = 'planned'
        AND (CAST(:community_code AS text) IS NULL OR b.community_code = :community_code)
)

SELECT
    count(*) FILTER (WHERE s.channel = 'call') AS calls,
    count(*) FILTER (WHERE s.channel = 'mail') AS mails,
    count(*) FILTER (WHERE s.channel = 'manager') AS for_manager,
    count(*) FILTER (WHERE s.channel = 'call' AND s.staff_code IS NULL AND s.callable_from <= :at) AS waiting,
    count(*) FILTER (WHERE s.missed_at IS NOT NULL) AS past,
    count(*) FILTER (WHERE s.is_warned AND s.missed_at IS NULL) AS warned,
    (
        SELECT count(*)
        FROM callback_contacts AS t
        WHERE
            t.missed_at >= CAST(:noted_since AS timestamptz)
            AND (CAST(:community_code AS text) IS NULL OR t.community_code = :community_code)
    ) AS missed,
    (
        SELECT count(*)
        FROM callback_remarks AS m
        WHERE
            m.noted_at >= CAST(:noted_since AS timestamptz)
            AND (CAST(:community_code AS text) IS NULL OR m.community_code = :community_code)
    ) AS remarks,
    (
        SELECT count(*)
        FROM callback_conflicts AS k
        INNER JOIN callbacks AS c ON k.callback_code = c.callback_code
        WHERE
            k.noted_at >= CAST(:noted_since AS timestamptz)
            AND (CAST(:community_code AS text) IS NULL OR c.community_code = :community_code)
    ) AS conflicts
FROM standing AS s
