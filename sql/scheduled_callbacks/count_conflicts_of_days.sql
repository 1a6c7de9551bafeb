-- How many pairs of results that cannot both be right were noticed on some days, by scope.
--
-- Reads: callback_conflicts, callbacks
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   days (date[]): days in Asia/Shanghai
SELECT
    coalesce(c.community_code, 'prospects') AS community_code,
    count(*) AS conflicts
FROM callback_conflicts AS x
INNER JOIN callbacks AS c ON x.callback_code = c.callback_code
WHERE CAST(x.noted_at AT TIME ZONE 'Asia/Shanghai' AS date) = any(CAST(:days AS date[]))
GROUP BY coalesce(c.community_code, 'prospects')
