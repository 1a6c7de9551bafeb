-- Whether the centre's list of a run's day was written already, or letters of the day, or of a later one that a run made
-- up for before it, went out with it.
--
-- Reads: messages, dunning
-- Writes: nothing
-- Rerun: reads only
--
-- Params:
--   on_day (date): day of the run
--   run_id (bigint): the run, whose own letters do not count
SELECT
    EXISTS (
        SELECT 1
        FROM dunning AS d
        WHERE d.run_on >= CAST(:on_day AS date) AND d.run_id <> CAST(:run_id AS bigint)
    )
    OR EXISTS (
        SELECT 1
        FROM messages AS m
        WHERE m.kind = 'collection_digest' AND m.business_key = 'held/' || to_char(CAST(:on_day AS date), 'YYYY-MM-DD')
    ) AS is_told
