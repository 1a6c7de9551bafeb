-- CB-11: callbacks of which something was reported that is not judged yet, or was judged with another content. Everything
-- reported of such a callback is judged together, for one attempt decides what another comes to. What comes through intake
-- is known by its file; what somebody corrects by hand, by what it says.
--
-- Reads: callback_results, callbacks, callback_attempts, called_communities (temporary)
-- Writes: nothing
-- Rerun: the same rows until they are judged
--
-- Params:
--   until (timestamptz): attempts made later are invisible, inclusive
SELECT DISTINCT r.callback_code
FROM callback_results AS r
INNER JOIN callbacks AS k ON r.callback_code = k.callback_code
LEFT JOIN callback_attempts AS a
    ON r.callback_code = a.callback_code AND r.attempted_at = a.attempted_at AND a.verdict <> 'superseded'
WHERE
    r.attempted_at <= CAST(:until AS timestamptz)
    AND (
        a.callback_code IS NULL
        OR a.loaded_from IS DISTINCT FROM r.loaded_from
        OR (a.staff_code, a.outcome, a.call_later_at) IS DISTINCT FROM (r.staff_code, r.outcome, r.call_later_at)
        OR (r.outcome = 'reached' AND a.satisfaction IS DISTINCT FROM r.satisfaction)
    )
    AND (
        k.community_code IS NULL
        OR k.community_code IN (
            SELECT c.community_code
            FROM called_communities AS c
        )
    )
ORDER BY r.callback_code
