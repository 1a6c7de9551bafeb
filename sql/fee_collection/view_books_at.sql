-- From here on, within the transaction, the views on the books are seen as of an instant.
--
-- Reads: nothing
-- Writes: nothing
-- Rerun: sets the same instant
--
-- Params:
--   as_of (timestamptz): instant, inclusive
SELECT set_config('guanjia.as_of', CAST(CAST(:as_of AS timestamptz) AS text), TRUE) AS as_of
