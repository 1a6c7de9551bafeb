-- The callback rules a run goes by: switched on, and fit to be followed.
--
-- Reads: callback_rules
-- Writes: rules_in_force (temporary), one row per rule
-- Rerun: after it was dropped
--
-- Params:
--   unusable (text[]): rules that are left out
CREATE TEMPORARY TABLE rules_in_force ON COMMIT DROP AS
SELECT
    r.rule_code,
    r.trigger,
    coalesce(r.delay_hours, 0) AS delay_hours,
    r.window_working_days,
    r.repeat,
    r.customer_type,
    r.min_service_days,
    r.max_service_days,
    r.month,
    r.priority,
    r.max_attempts
FROM callback_rules AS r
WHERE
    r.enabled IS NOT FALSE
    AND r.rule_code <> all(CAST(:unusable AS text[]))
