-- Cancels steps nobody was told of yet whose thing was claimed meanwhile, or turned out to be no valuable (CUST-01).
--
-- Reads: custody_steps, found_property
-- Writes: custody_steps, the rows cancelled
-- Rerun: writes nothing
--
-- Params:
--   at (timestamptz): instant, inclusive
--   today (date): its day
--   run_id (bigint): run
UPDATE custody_steps AS s
SET cancelled_on = CAST(:today AS date), run_id = CAST(:run_id AS bigint)
FROM found_property AS p
WHERE
    s.subject = p.item_code
    AND s.step IN ('to_administration', 'posted', 'handed_over', 'disposal')
    AND s.told_at IS NULL
    AND s.cancelled_on IS NULL
    AND (p.claimed_at <= CAST(:at AS timestamptz) OR (s.step = 'to_administration' AND NOT p.valuable))
