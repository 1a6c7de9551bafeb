-- Whether some rule's period reaches further than its month: how far slots have to be known.
--
-- Reads: rules_in_force (temporary)
-- Writes: nothing
-- Rerun: the same row
--
-- Params:
--   day (date): last day planned
SELECT
    max(
        CASE
            WHEN r.month IS NOT NULL OR r.repeat = 'month'
                THEN date_trunc('month', CAST(CAST(:day AS date) AS timestamp)) + interval '1 month'
            WHEN r.repeat = 'quarter'
                THEN date_trunc('quarter', CAST(CAST(:day AS date) AS timestamp)) + interval '3 months'
            WHEN r.repeat ~ '^[0-9]+$'
                THEN CAST(CAST(:day AS date) AS timestamp) + make_interval(days => CAST(r.repeat AS integer))
            ELSE date_trunc('year', CAST(CAST(:day AS date) AS timestamp)) + interval '1 year'
        END
    ) AS ends_before
FROM rules_in_force AS r
WHERE r.trigger IN ('care', 'prospect', 'year_end')
