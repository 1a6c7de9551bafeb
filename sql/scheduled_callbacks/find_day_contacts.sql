-- Whether a day has anything to merge or to reckon anew.
--
-- Reads: new_contacts, touched_callbacks (temporary)
-- Writes: nothing
-- Rerun: the same row
--
-- Params: none
SELECT
    EXISTS (SELECT 1 FROM new_contacts)
    OR EXISTS (SELECT 1 FROM touched_callbacks) AS is_any
