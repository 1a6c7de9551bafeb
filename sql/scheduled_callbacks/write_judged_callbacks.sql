-- CB-11: callbacks as their attempts left them: how often tried, when again, and whether they ended.
--
-- Reads: nothing
-- Writes: callbacks, one row per callback that stands otherwise than before
-- Rerun: writes nothing
--
-- Params:
--   callback_codes (text[]): callbacks
--   states (text[]): states, in the same order as the codes, like all that follows
--   closed_at (timestamptz[]): instants they ended; blank: planned
--   closed_reasons (text[]): why; blank: reached, refused or planned
--   satisfactions (int[]): satisfaction, 1 to 5; blank: none
--   attempts (int[]): tries that count
--   used_parts (text[]): numbers of the parts tried in this round; blank: none
--   last_attempt_at (timestamptz[]): last attempts; blank: none
--   next_from (timestamptz[]): earliest next tries; blank: the window's opening
--   promised_at (timestamptz[]): instants promised; blank: none
--   promises (int[]): times the customer asked for another time
--   due_by (timestamptz[]): ends of their windows
--   run_id (bigint): run
UPDATE callbacks AS k
SET
    state = g.state,
    closed_at = g.closed_at,
    closed_reason = g.closed_reason,
    satisfaction = g.satisfaction,
    attempts = g.attempts,
    used_parts = g.used_parts,
    last_attempt_at = g.last_attempt_at,
    next_from = g.next_from,
    promised_at = g.promised_at,
    promises = g.promises,
    due_by = g.due_by,
    run_id = CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:callback_codes AS text[]),
        CAST(:states AS text[]),
        CAST(:closed_at AS timestamptz[]),
        CAST(:closed_reasons AS text[]),
        CAST(:satisfactions AS integer[]),
        CAST(:attempts AS integer[]),
        CAST(:used_parts AS text[]),
        CAST(:last_attempt_at AS timestamptz[]),
        CAST(:next_from AS timestamptz[]),
        CAST(:promised_at AS timestamptz[]),
        CAST(:promises AS integer[]),
        CAST(:due_by AS timestamptz[])
    ) AS g (
        callback_code, state, closed_at, closed_reason, satisfaction, attempts, used_parts, last_attempt_at, next_from,
        promised_at, promises, due_by
    )
WHERE
    k.callback_code = g.callback_code
    AND (
        k.state, k.closed_at, k.closed_reason, k.satisfaction, k.attempts, k.used_parts, k.last_attempt_at, k.next_from,
        k.promised_at, k.promises, k.due_by
    ) IS DISTINCT FROM (
        g.state, g.closed_at, g.closed_reason, g.satisfaction, g.attempts, g.used_parts, g.last_attempt_at, g.next_from,
        g.promised_at, g.promises, g.due_by
    )
