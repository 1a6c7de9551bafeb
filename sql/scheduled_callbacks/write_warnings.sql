-- Callbacks that would miss their window, as seen before it ends.
--
-- Reads: nothing
-- Writes: callback_warnings, one row per callback and window
-- Rerun: nothing; each window is warned of once
--
-- Params:
--   callback_codes (text[]): callbacks
--   due_bys (timestamptz[]): end of the window, in the same order, like all that follows
--   reckoned_ons (date[]): day their turn comes; NULL: none in sight
--   reasons (text[]): no_agent, no_capacity or last_day
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes
INSERT INTO callback_warnings (callback_code, due_by, reckoned_on, reason, warned_at, run_id)
SELECT
    g.callback_code,
    g.due_by,
    g.reckoned_on,
    g.reason,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:callback_codes AS text[]),
        CAST(:due_bys AS timestamptz[]),
        CAST(:reckoned_ons AS date[]),
        CAST(:reasons AS text[])
    ) AS g (callback_code, due_by, reckoned_on, reason)
ON CONFLICT (callback_code, due_by) DO NOTHING
