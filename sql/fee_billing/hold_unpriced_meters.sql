-- Metered use that was posted by a tariff that is not there any more on any day of the month: held back, so that a tariff
-- that went missing never becomes a credit.
--
-- Reads: draft_posted, due_units, due_segments, due_use_tariffs (temporary), meters
-- Writes: due_holds (temporary), one row per month, unit and meter
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_holds (community_code, period, unit_code, charge_kind, charge_source, reason)
SELECT DISTINCT
    q.community_code,
    q.period,
    q.unit_code,
    q.charge_kind,
    q.charge_source,
    'no_tariff'
FROM draft_posted AS q
INNER JOIN meters AS m ON q.charge_source = m.meter_code
WHERE
    q.charge_kind IN ('water', 'electricity', 'shared_water', 'shared_electricity')
    AND (q.amount <> 0 OR q.relief <> 0)
    AND NOT EXISTS (
        SELECT 1
        FROM due_use_tariffs AS t
        WHERE
            t.community_code = q.community_code
            AND t.period = q.period
            AND t.charge_kind = q.charge_kind
            AND (
                t.unit_use = 'shared'
                OR EXISTS (
                    SELECT 1
                    FROM due_units AS u
                    WHERE
                        u.community_code = q.community_code
                        AND u.period = q.period
                        AND u.unit_code = q.unit_code
                        AND u.unit_use = t.unit_use
                )
                OR EXISTS (
                    SELECT 1
                    FROM due_segments AS s
                    WHERE
                        s.community_code = q.community_code
                        AND s.period = q.period
                        AND s.unit_code = q.unit_code
                        AND s.unit_use = t.unit_use
                )
            )
    )
