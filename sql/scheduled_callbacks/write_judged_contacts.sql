-- CB-11: contacts as the conversation they were part of left them; a promise keeps them open to the end of its day.
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
--   due_by (timestamptz[]): ends of their windows
--   due_by_before (timestamptz[]): ends before a promise moved them; blank: none did
--   run_id (bigint): run
UPDATE callback_contacts AS t
SET
    state = g.state,
    closed_at = g.closed_at,
    closed_reason = g.closed_reason,
    satisfaction = g.satisfaction,
    due_by = g.due_by,
    explanation = t.explanation || jsonb_strip_nulls(jsonb_build_object('due_by_before_promise', g.due_by_before)),
    run_id = CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:rule_codes AS text[]),
        CAST(:subjects AS text[]),
        CAST(:occasions AS text[]),
        CAST(:states AS text[]),
        CAST(:closed_at AS timestamptz[]),
        CAST(:closed_reasons AS text[]),
        CAST(:satisfactions AS integer[]),
        CAST(:due_by AS timestamptz[]),
        CAST(:due_by_before AS timestamptz[])
    ) AS g (
        rule_code, subject, occasion, state, closed_at, closed_reason, satisfaction, due_by, due_by_before
    )
WHERE
    t.rule_code = g.rule_code
    AND t.subject = g.subject
    AND t.occasion = g.occasion
    AND (t.state, t.closed_at, t.closed_reason, t.satisfaction, t.due_by)
    IS DISTINCT FROM (g.state, g.closed_at, g.closed_reason, g.satisfaction, g.due_by)
