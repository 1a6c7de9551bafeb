-- Letters of a run planned as mail whose customer has no address any more: they go out on paper.
--
-- Reads: customers, units, messages
-- Writes: dunning (way, building_code)
-- Rerun: finds none
--
-- Params:
--   run_id (bigint): the run
WITH unreachable AS (
    SELECT
        d.notice_code,
        first_value(u.building_code) OVER (
            PARTITION BY d.community_code, d.customer_code ORDER BY u.building_code, d.unit_code
        ) AS building_code
    FROM dunning AS d
    INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
    INNER JOIN customers AS c ON d.customer_code = c.customer_code
    WHERE d.run_id = CAST(:run_id AS bigint) AND d.state = 'planned' AND d.way = 'mail' AND c.email IS NULL
)

UPDATE dunning AS d
SET
    way = 'print',
    building_code = f.building_code
FROM unreachable AS f
WHERE d.notice_code = f.notice_code
