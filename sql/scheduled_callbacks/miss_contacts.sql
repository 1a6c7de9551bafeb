-- Contacts are missed as found; those that are not tried any more end.
--
-- Reads: contact_misses (temporary)
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact missed or ended
-- Rerun: nothing more: what is missed is missed once, and ended once
--
-- Params:
--   at (timestamptz): instant of the day planned
--   run_id (bigint): run that does it
WITH missed AS (
    UPDATE callback_contacts AS x
    SET
        missed_at = coalesce(x.missed_at, CAST(:at AS timestamptz)),
        missed_reason = coalesce(x.missed_reason, m.missed_reason),
        state = CASE WHEN m.is_over THEN 'missed' ELSE 'planned' END,
        closed_at = CASE WHEN m.is_over THEN CAST(:at AS timestamptz) END,
        closed_reason = CASE WHEN m.is_over THEN 'window_missed' END,
        run_id = CAST(:run_id AS bigint)
    FROM contact_misses AS m
    WHERE
        x.rule_code = m.rule_code
        AND x.subject = m.subject
        AND x.occasion = m.occasion
        AND x.state = 'planned'
    RETURNING x.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT m.callback_code
FROM missed AS m
