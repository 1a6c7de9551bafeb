-- How far things kept for others are looked at; blank before the first run.
--
-- Reads: custody_progress
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params: none
SELECT
    max(p.looked_to) AS looked_to,
    max(p.live_from) AS live_from
FROM custody_progress AS p
