-- CB-05: prospects who refused in a call go to the dropped list, with what they said.
--
-- Reads: callbacks, customers, callback_results, dropped_prospects
-- Writes: dropped_prospects, one row per prospect
-- Rerun: writes nothing
--
-- Params:
--   callback_codes (text[]): callbacks that were refused
--   attempted_at (timestamptz[]): instants of the refusals, in the same order as the codes
--   run_id (bigint): run
INSERT INTO dropped_prospects (customer_code, dropped_on, reason, words, callback_code, run_id)
SELECT DISTINCT ON (k.customer_code)
    k.customer_code,
    CAST(g.attempted_at AT TIME ZONE 'Asia/Shanghai' AS date),
    'refused',
    r.comment,
    k.callback_code,
    CAST(:run_id AS bigint)
FROM unnest(CAST(:callback_codes AS text[]), CAST(:attempted_at AS timestamptz[])) AS g (callback_code, attempted_at)
INNER JOIN callbacks AS k ON g.callback_code = k.callback_code AND k.state = 'refused'
INNER JOIN customers AS p ON k.customer_code = p.customer_code AND p.customer_type = 'prospect'
INNER JOIN callback_results AS r ON g.callback_code = r.callback_code AND g.attempted_at = r.attempted_at
WHERE
    NOT EXISTS (
        SELECT 1
        FROM dropped_prospects AS d
        WHERE d.customer_code = k.customer_code AND (d.returned_on IS NULL OR d.callback_code = k.callback_code)
    )
ORDER BY k.customer_code ASC, g.attempted_at ASC
ON CONFLICT (customer_code, dropped_on) DO NOTHING
