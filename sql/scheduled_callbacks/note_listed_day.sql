-- Up to which day lists were made.
--
-- Reads: called_communities (temporary)
-- Writes: callback_progress: last day listed, of the communities served and of prospects
-- Rerun: nothing
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   run_id (bigint): run that writes
UPDATE callback_progress AS p
SET
    listed_to = CAST(:day AS date),
    run_id = CAST(:run_id AS bigint)
WHERE
    (p.scope = 'prospects' OR p.scope IN (SELECT c.community_code FROM called_communities AS c))
    AND coalesce(p.listed_to < CAST(:day AS date), TRUE)
