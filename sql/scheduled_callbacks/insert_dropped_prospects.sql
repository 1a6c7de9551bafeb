-- Prospects who are not called any more, with the reason: the register has one or says there is no interest, or nothing;
-- refused on the telephone; no number, or only a wrong one (CB-05).
--
-- Reads: customers, callback_contacts, callback_results, callback_bad_numbers, dropped_prospects, scopes_of_day
--        (temporary)
-- Writes: dropped_prospects, one row per prospect dropped
-- Rerun: nothing more: who stands there is left out
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day planned
--   at (timestamptz): instant it is planned at; later facts are invisible
--   prospects (text): scope of prospects
WITH refusals AS (
    SELECT DISTINCT ON (k.customer_code)
        k.customer_code,
        k.callback_code,
        k.closed_at
    FROM callback_contacts AS k
    INNER JOIN customers AS c ON k.customer_code = c.customer_code
    WHERE
        c.customer_type = 'prospect'
        AND k.trigger = 'prospect'
        AND k.state = 'refused'
        AND k.closed_at <= CAST(:at AS timestamptz)
    ORDER BY k.customer_code ASC, k.closed_at DESC
),

judged AS (
    SELECT
        c.customer_code,
        r.callback_code,
        CASE
            WHEN nullif(trim(c.dropped_reason), '') IS NOT NULL THEN 'register'
            WHEN NOT c.interested THEN 'not_interested'
            WHEN c.interested IS NULL THEN 'interest_unknown'
            WHEN r.customer_code IS NOT NULL THEN 'refused'
            WHEN c.phone IS NULL OR b.phone IS NOT NULL THEN 'unreachable'
        END AS reason,
        coalesce(
            nullif(trim(c.dropped_reason), ''),
            (
                SELECT max(t.comment)
                FROM callback_results AS t
                WHERE t.callback_code = r.callback_code AND t.outcome = 'refused'
            )
        ) AS words
    FROM customers AS c
    LEFT JOIN refusals AS r
        ON
            c.customer_code = r.customer_code
            AND NOT EXISTS (
                SELECT 1
                FROM dropped_prospects AS d
                WHERE d.callback_code = r.callback_code
            )
    LEFT JOIN callback_bad_numbers AS b
        ON c.customer_code = b.customer_code AND c.phone = b.phone AND b.noted_at <= CAST(:at AS timestamptz)
    WHERE
        c.customer_type = 'prospect'
        AND NOT EXISTS (
            SELECT 1
            FROM dropped_prospects AS d
            WHERE d.customer_code = c.customer_code AND (d.returned_on IS NULL OR d.dropped_on = CAST(:day AS date))
        )
)

INSERT INTO dropped_prospects (customer_code, dropped_on, reason, words, callback_code, run_id)
SELECT
    j.customer_code,
    CAST(:day AS date) AS dropped_on,
    j.reason,
    j.words,
    CASE WHEN j.reason = 'refused' THEN j.callback_code END AS callback_code,
    CAST(:run_id AS bigint) AS run_id
FROM judged AS j
INNER JOIN scopes_of_day AS s ON s.scope = CAST(:prospects AS text)
WHERE j.reason IS NOT NULL
