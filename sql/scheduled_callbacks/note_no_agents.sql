-- Communities in which calls are to be made on a day and nobody at all is there to make them: the managers must know in
-- the morning.
--
-- Reads: communities
-- Writes: callback_remarks, one row per community (or the word prospects) and day
-- Rerun: nothing, for the day is noted
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   scopes (text[]): communities, or the word prospects
--   waiting (int[]): calls to be made there, in the same order
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes
INSERT INTO callback_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    'no_agent',
    g.scope || '/' || to_char(CAST(:day AS date), 'YYYY-MM-DD'),
    c.community_code,
    jsonb_build_object(
        'scope', g.scope, 'day', to_char(CAST(:day AS date), 'YYYY-MM-DD'), 'callbacks', g.waiting
    ),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM unnest(CAST(:scopes AS text[]), CAST(:waiting AS integer[])) AS g (scope, waiting)
LEFT JOIN communities AS c ON g.scope = c.community_code
ON CONFLICT (kind, subject) DO NOTHING
