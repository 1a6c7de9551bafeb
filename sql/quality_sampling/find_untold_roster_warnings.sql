-- Days short of support people that nobody was told of, and those told of that have enough again.
--
-- Reads: quality_roster_warnings
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    w.day,
    w.on_duty,
    w.needed,
    w.noted_at,
    w.resolved_at
FROM quality_roster_warnings AS w
WHERE w.told_at IS NULL
ORDER BY w.day
