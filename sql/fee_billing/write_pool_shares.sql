-- BILL-03: keeps the shares that a posted run billed: as long as the pool's cost stays, they hold.
--
-- Reads: due_pools, due_pool_shares (temporary)
-- Writes: pool_shares, one row per shared meter, month, edition and unit
-- Rerun: fails, the edition is posted
--
-- Params:
--   community_code (text): community of the run
--   batch_no (integer): batch of the run
INSERT INTO pool_shares (batch_no, meter_code, period, edition, community_code, unit_code, weight, share)
SELECT
    CAST(:batch_no AS integer),
    d.meter_code,
    d.period,
    d.edition,
    d.community_code,
    s.unit_code,
    s.weight,
    s.fen * 0.01
FROM due_pools AS d
INNER JOIN due_pool_shares AS s ON d.meter_code = s.meter_code AND d.period = s.period
WHERE d.community_code = CAST(:community_code AS text) AND NOT d.is_kept
