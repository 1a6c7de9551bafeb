-- Callback rules that cannot be followed as they stand, and why; they are left out until they are corrected. A window of
-- more than 180 working days, or begun more than 90 days after the fact, is beyond the days a plan knows.
--
-- Reads: callback_rules
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params: none
WITH judged AS (
    SELECT
        r.rule_code,
        r.trigger,
        CASE
            WHEN r.repeat !~ '^([1-9][0-9]{0,3}|month|quarter|year)$' THEN 'unknown_repeat'
            WHEN r.window_working_days > 180 OR r.delay_hours > 2160 THEN 'window_too_long'
            WHEN r.min_service_days >= r.max_service_days THEN 'service_days_crossed'
            WHEN
                r.trigger IN ('repair_resolved', 'complaint_answered', 'correction_resolved', 'paid_service_done')
                AND r.repeat IS NOT NULL
                THEN 'repeat_of_fact'
            WHEN
                r.trigger IN ('repair_resolved', 'complaint_answered', 'correction_resolved', 'paid_service_done')
                AND num_nonnulls(r.min_service_days, r.max_service_days) > 0
                THEN 'service_days_of_fact'
            WHEN r.trigger IN ('care', 'reception_day') AND r.repeat IS NULL THEN 'without_repeat'
            WHEN
                r.trigger IN ('prospect', 'mailbox')
                AND coalesce(r.repeat, '') !~ '^[0-9]+$'
                THEN 'repeat_not_days'
            WHEN r.trigger IN ('year_end', 'committee') AND r.month IS NULL THEN 'without_month'
            WHEN r.customer_type = 'prospect' AND r.trigger IN ('care', 'year_end')
                THEN 'prospects_have_no_service'
        END AS fault
    FROM callback_rules AS r
    WHERE r.enabled IS NOT FALSE
)

SELECT
    j.rule_code,
    j.trigger,
    j.fault
FROM judged AS j
WHERE j.fault IS NOT NULL
ORDER BY j.rule_code
