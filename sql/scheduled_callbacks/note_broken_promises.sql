-- Calls promised for a time that has passed by a day or more without a result: the promise was not kept.
--
-- Reads: callbacks, called_communities (temporary)
-- Writes: callback_remarks, one row per callback and promised instant
-- Rerun: nothing, for the promise is noted
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes
INSERT INTO callback_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    'promise_broken',
    b.callback_code || '/' || to_char(b.promised_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
    b.community_code,
    jsonb_build_object(
        'callback_code', b.callback_code,
        'promised_at', to_char(b.promised_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')
    ),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM callbacks AS b
WHERE
    b.state = 'planned'
    AND b.channel = 'call'
    AND b.promised_at < CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai'
    AND coalesce(b.next_from, b.promised_at) < CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai'
    AND (b.community_code IS NULL OR b.community_code IN (SELECT c.community_code FROM called_communities AS c))
ON CONFLICT (kind, subject) DO NOTHING
