-- Years whose official holidays are known.
-- Reads: published_years
-- Writes: nothing
-- Rerun: the same answer
SELECT known.year AS year
FROM published_years AS known
ORDER BY known.year
