-- Puts callbacks on agents' lists of a day. A line that was taken off and comes back to the same agent stands again.
-- In order of callbacks: neighbours in keys and indexes.
--
-- Reads: nothing
-- Writes: callback_lists, one row per day, callback and agent
-- Rerun: the same rows
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   callback_codes (text[]): callbacks
--   staff_codes (text[]): whose list, in the same order, like all that follows
--   positions (int[]): place on that list, from 1
--   tries (int[]): calls reserved
--   parts (text[]): numbers of the parts of the day, comma-separated
--   call_ats (timestamptz[]): instant promised
--   carried_over (boolean[]): planned before that day
--   whys (text[]): why this agent
--   editions (int[]): edition of the agent's list
--   run_id (bigint): run that writes
INSERT INTO callback_lists (
    work_date, callback_code, staff_code, position, tries, parts, call_at, is_carried_over, why_agent, edition, run_id
)
SELECT
    CAST(:day AS date),
    g.callback_code,
    g.staff_code,
    g.position,
    g.tries,
    g.parts,
    g.call_at,
    g.is_carried_over,
    g.why_agent,
    g.edition,
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:callback_codes AS text[]),
        CAST(:staff_codes AS text[]),
        CAST(:positions AS integer[]),
        CAST(:tries AS integer[]),
        CAST(:parts AS text[]),
        CAST(:call_ats AS timestamptz[]),
        CAST(:carried_over AS boolean[]),
        CAST(:whys AS text[]),
        CAST(:editions AS integer[])
    ) AS g (
        callback_code, staff_code, position, tries, parts, call_at, is_carried_over, why_agent, edition
    )
ORDER BY g.callback_code
ON CONFLICT (work_date, callback_code, staff_code) DO UPDATE
    SET
        position = excluded.position,
        tries = excluded.tries,
        parts = excluded.parts,
        call_at = excluded.call_at,
        why_agent = excluded.why_agent,
        edition = excluded.edition,
        withdrawn_at = NULL,
        told_at = NULL,
        run_id = excluded.run_id
