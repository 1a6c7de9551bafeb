-- Lets the views on the books be seen as of an instant until the transaction ends.
--
-- Reads: nothing
-- Writes: a setting of the transaction
-- Rerun: changes nothing
--
-- Params:
--   as_of (timestamptz): instant
SELECT set_config('guanjia.as_of', CAST(CAST(:as_of AS timestamptz) AS text), TRUE) AS as_of
