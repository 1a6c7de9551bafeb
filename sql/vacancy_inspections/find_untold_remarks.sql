-- What the vacancy pipeline could not take as it is, or somebody must know of, and the managers were not told yet.
--
-- Reads: inspection_remarks, inspected_communities (temporary), communities, weather_events
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   at (timestamptz): instant of the run, inclusive
SELECT
    m.remark_id,
    m.kind,
    m.subject,
    m.community_code,
    c.community_name,
    m.unit_code,
    m.detail,
    e.event
FROM inspection_remarks AS m
INNER JOIN inspected_communities AS g ON m.community_code = g.community_code
INNER JOIN communities AS c ON m.community_code = c.community_code
LEFT JOIN weather_events AS e ON m.detail ->> 'period' = e.event_code
WHERE m.told_at IS NULL AND m.noted_at <= :at
ORDER BY m.kind, m.community_code, m.unit_code, m.subject
