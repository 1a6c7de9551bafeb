-- Letters whose mail cannot be delivered (refused for good, or the address cannot be used): they go out on paper.
--
-- Reads: messages, units
-- Writes: dunning (way, building_code)
-- Rerun: finds none
--
-- Params: none
WITH failed AS (
    SELECT
        d.notice_code,
        first_value(u.building_code) OVER (
            PARTITION BY d.community_code, d.customer_code, d.run_on ORDER BY u.building_code, d.unit_code
        ) AS building_code
    FROM dunning AS d
    INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
    INNER JOIN messages AS m
        ON
            m.kind = 'dunning_notice'
            AND m.business_key = d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD')
    WHERE d.state = 'planned' AND d.way = 'mail' AND m.state = 'failed'
)

UPDATE dunning AS d
SET
    way = 'print',
    building_code = f.building_code
FROM failed AS f
WHERE d.notice_code = f.notice_code
