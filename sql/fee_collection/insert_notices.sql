-- Letters planned by a run, numbered per community and day, in the order of the buildings.
--
-- Reads: planned_notices (temporary), dunning
-- Writes: dunning, one row per unit, customer and run
-- Rerun: writes nothing; the key is community, unit, customer and day
--
-- Params:
--   on_day (date): day of the run
--   run_id (bigint): the run
INSERT INTO dunning (
    notice_code, unit_code, customer_code, level, run_on, amount, state, community_code, way, building_code, run_id
)
SELECT
    'N' || to_char(CAST(:on_day AS date), 'YYMMDD') || '-' || replace(p.community_code, '-', repeat('-', 2)) || '-'
    || to_char(
        coalesce(n.last_number, 0)
        + row_number() OVER (PARTITION BY p.community_code ORDER BY p.unit_building_code, p.unit_code, p.customer_code),
        'FM000000'
    ) AS notice_code,
    p.unit_code,
    p.customer_code,
    p.level,
    CAST(:on_day AS date) AS run_on,
    p.amount,
    'planned' AS state,
    p.community_code,
    p.way,
    p.building_code,
    CAST(:run_id AS bigint) AS run_id
FROM planned_notices AS p
LEFT JOIN LATERAL (
    SELECT max(CAST(substring(d.notice_code FROM '[0-9]{6}$') AS integer)) AS last_number
    FROM dunning AS d
    WHERE d.community_code = p.community_code AND d.run_on = CAST(:on_day AS date)
) AS n ON TRUE
ON CONFLICT (community_code, unit_code, customer_code, run_on) DO NOTHING
