-- The figures of days that nobody was told of.
--
-- Reads: callback_days, communities
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    d.work_date,
    d.scope AS community_code,
    m.community_name,
    d.agents,
    d.capacity,
    d.listed,
    d.carried_over,
    d.waiting,
    d.attempted,
    d.reached,
    d.refused,
    d.unreached,
    d.satisfied,
    d.dissatisfied,
    d.missed,
    d.not_reported
FROM callback_days AS d
LEFT JOIN communities AS m ON d.scope = m.community_code
WHERE d.told_at IS NULL
ORDER BY d.work_date, d.scope
