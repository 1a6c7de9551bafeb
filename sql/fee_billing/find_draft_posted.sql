-- Whether anything is posted for the months that are computed.
--
-- Reads: draft_posted (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
SELECT count(p.period) > 0 AS is_posted
FROM draft_posted AS p
