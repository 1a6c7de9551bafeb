-- The server's keyed hash of a text, to be compared with our own before a sample is drawn by it.
--
-- Reads: nothing
-- Writes: nothing
-- Rerun: the same number on every machine of the same byte order
--
-- Params:
--   word (text): text that is hashed
--   seed (bigint): seed
SELECT hashtextextended(CAST(:word AS text), CAST(:seed AS bigint)) AS keyed_hash
