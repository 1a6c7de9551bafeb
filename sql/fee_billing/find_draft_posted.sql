-- Whether anything is posted for the months that are computed.
--
-- Reads: draft_posted (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
SELECT EXISTS (SELECT 1 FROM draft_posted AS p) AS is_posted
