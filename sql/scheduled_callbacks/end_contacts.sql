-- Contacts end for the reasons found.
--
-- Reads: contact_ends (temporary)
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact that ended
-- Rerun: nothing more: only planned ones
--
-- Params:
--   at (timestamptz): instant of the day planned
--   run_id (bigint): run that does it
WITH ended AS (
    UPDATE callback_contacts AS x
    SET
        state = e.state,
        closed_at = CAST(:at AS timestamptz),
        closed_reason = e.reason,
        satisfied_by = e.satisfied_by,
        explanation = CASE
            WHEN e.is_fact_gone THEN x.explanation || jsonb_build_object('fact_gone', TRUE)
            ELSE x.explanation
        END,
        run_id = CAST(:run_id AS bigint)
    FROM contact_ends AS e
    WHERE
        x.rule_code = e.rule_code
        AND x.subject = e.subject
        AND x.occasion = e.occasion
        AND x.state = 'planned'
    RETURNING x.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT e.callback_code
FROM ended AS e
