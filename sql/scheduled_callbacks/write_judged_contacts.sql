-- CB-11: contacts as the conversation they were part of left them.
--
-- Reads: nothing
-- Writes: callback_contacts, one row per contact that stands otherwise than before
-- Rerun: writes nothing
--
-- Params:
--   rule_codes (text[]): rules
--   subjects (text[]): what they are about, in the same order as the rules, like all that follows
--   occasions (text[]): occurrences or periods
--   states (text[]): states
--   closed_at (timestamptz[]): instants they ended; blank: planned
--   closed_reasons (text[]): why, without having been reached; blank: none
--   satisfactions (int[]): satisfaction, 1 to 5; blank: none
--   run_id (bigint): run
UPDATE callback_contacts AS t
SET
    state = g.state,
    closed_at = g.closed_at,
    closed_reason = g.closed_reason,
    satisfaction = g.satisfaction,
    run_id = CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:rule_codes AS text[]),
        CAST(:subjects AS text[]),
        CAST(:occasions AS text[]),
        CAST(:states AS text[]),
        CAST(:closed_at AS timestamptz[]),
        CAST(:closed_reasons AS text[]),
        CAST(:satisfactions AS integer[])
    ) AS g (
        rule_code, subject, occasion, state, closed_at, closed_reason, satisfaction
    )
WHERE
    t.rule_code = g.rule_code
    AND t.subject = g.subject
    AND t.occasion = g.occasion
    AND (t.state, t.closed_at, t.closed_reason, t.satisfaction)
    IS DISTINCT FROM (g.state, g.closed_at, g.closed_reason, g.satisfaction)
