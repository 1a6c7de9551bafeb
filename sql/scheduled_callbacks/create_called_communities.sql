-- The communities that are served on a day, with the settings the callback steps need, for the other statements.
--
-- Reads: communities, calendars
-- Writes: called_communities (temporary), one row per community given
-- Rerun: after it was dropped
--
-- Params:
--   community_codes (text[]): communities served
--   live_from (date[]): first day served, in the same order as the codes, like all that follows
--   calls_per_day (int[]): calls an agent makes on a day at most, tries included
--   grace_days (int[]): working days a service callback is still tried for after its window
--   dissatisfied_up_to (int[]): satisfaction, inclusive, up to which a case is opened
--   department (text[]): department of cases opened where none is known
--   leader_role (text[]): post that is told of conflicts and warnings
--   head_role (text[]): post that gets the manager's list
--   reception_announce_days (int[]): days before a reception day on which it is announced
--   reception_from_day (int[]): day of the month, inclusive, from which a reception day is looked for
--   is_reception_mailed (boolean[]): reception days are announced to customers by mail too
--   committee_announce_days (int[]): days before a committee meeting on which it is announced
CREATE TEMPORARY TABLE called_communities ON COMMIT DROP AS
SELECT
    g.community_code,
    g.live_from,
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM calendars AS k
            WHERE k.calendar_code = c.working_calendar
        ) THEN c.working_calendar
        ELSE 'office'
    END AS calendar_code,
    g.calls_per_day,
    g.grace_days,
    g.dissatisfied_up_to,
    g.department,
    g.leader_role,
    g.head_role,
    g.reception_announce_days,
    g.reception_from_day,
    g.is_reception_mailed,
    g.committee_announce_days
FROM
    unnest(
        CAST(:community_codes AS text[]),
        CAST(:live_from AS date[]),
        CAST(:calls_per_day AS integer[]),
        CAST(:grace_days AS integer[]),
        CAST(:dissatisfied_up_to AS integer[]),
        CAST(:department AS text[]),
        CAST(:leader_role AS text[]),
        CAST(:head_role AS text[]),
        CAST(:reception_announce_days AS integer[]),
        CAST(:reception_from_day AS integer[]),
        CAST(:is_reception_mailed AS boolean[]),
        CAST(:committee_announce_days AS integer[])
    ) AS g (
        community_code, live_from, calls_per_day, grace_days, dissatisfied_up_to, department, leader_role, head_role,
        reception_announce_days, reception_from_day, is_reception_mailed, committee_announce_days
    )
INNER JOIN communities AS c ON g.community_code = c.community_code
