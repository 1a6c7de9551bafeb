-- Notes beside the exception that a shared meter was released, by whom and why.
--
-- Reads: nothing
-- Writes: billing_exceptions of the run, its abnormal or negative meter of the month asked for; where there is none, of
-- the earlier months it corrects
-- Rerun: notes it again
--
-- Params:
--   run_code (text): billing run whose approval lists the meter
--   meter_code (text): shared meter
--   period (text): month, YYYY-MM
--   released_by (text): who releases it
--   released_at (timestamptz): instant
--   reason (text): why the use is right
UPDATE billing_exceptions AS e
SET
    released_by = CAST(:released_by AS text),
    released_at = CAST(:released_at AS timestamptz),
    release_reason = CAST(:reason AS text)
WHERE
    e.run_code = CAST(:run_code AS text)
    AND e.meter_code = CAST(:meter_code AS text)
    AND e.kind IN ('abnormal_pool', 'negative_pool')
    AND (
        e.period = CAST(:period AS text)
        OR NOT EXISTS (
            SELECT 1
            FROM billing_exceptions AS o
            WHERE
                o.run_code = e.run_code
                AND o.meter_code = e.meter_code
                AND o.kind IN ('abnormal_pool', 'negative_pool')
                AND o.period = CAST(:period AS text)
        )
    )
RETURNING e.period
