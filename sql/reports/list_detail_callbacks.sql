-- The callbacks behind a scope's figures: contacts whose window ended in the period, with the last try made by its end.
--
-- Reads: callback_contacts, callbacks, callback_attempts, callback_results, customers
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; later facts are not looked at
--   community_codes (text[]): communities of the scope; blank: prospects, who belong to none
--   is_by_community (boolean): rows are limited and counted in each community, not in all
--   row_limit (int): rows at most
WITH found AS (
    SELECT
        coalesce(k.community_code, '') AS community_code,
        k.callback_code,
        k.case_code,
        k.due_by,
        t.outcome,
        coalesce(t.attempts, 0) AS attempts,
        t.satisfaction,
        u.customer_name,
        t.comment,
        row_number() OVER (
            PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN coalesce(k.community_code, '') END
            ORDER BY coalesce(k.community_code, '') ASC, k.due_by ASC, k.callback_code ASC, k.subject ASC, k.occasion ASC
        ) AS place,
        count(*) OVER (PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN coalesce(k.community_code, '') END) AS total
    FROM callback_contacts AS k
    LEFT JOIN customers AS u ON k.customer_code = u.customer_code
    LEFT JOIN LATERAL (
        SELECT
            r.outcome,
            r.satisfaction,
            r.comment,
            count(*) OVER () AS attempts
        FROM callback_attempts AS a
        INNER JOIN callback_results AS r ON a.callback_code = r.callback_code AND a.attempted_at = r.attempted_at
        WHERE
            a.callback_code = k.callback_code
            AND a.verdict = 'counted'
            AND a.attempted_at < CAST(:ends AS timestamptz)
        ORDER BY a.attempted_at DESC
        LIMIT 1
    ) AS t ON TRUE
    WHERE
        k.due_by >= CAST(:starts AS timestamptz)
        AND k.due_by < CAST(:ends AS timestamptz)
        AND (k.state <> 'cancelled' OR k.closed_at >= CAST(:ends AS timestamptz))
        AND coalesce(k.community_code, '') = any(CAST(:community_codes AS text[]))
)

SELECT
    f.community_code,
    f.callback_code,
    f.case_code,
    f.due_by,
    f.outcome,
    f.attempts,
    f.satisfaction,
    f.customer_name,
    f.comment,
    f.total
FROM found AS f
WHERE f.place <= CAST(:row_limit AS integer)
ORDER BY f.community_code ASC, f.place ASC
