-- Keys lent before the evening and still out now are chased: once per loan and evening, only for the newest (CUST-02).
--
-- Reads: key_loans, kept_communities (temporary)
-- Writes: custody_steps, one row per loan and evening
-- Rerun: writes nothing for evenings that are there; a chase cancelled by mistake comes back
--
-- Params:
--   at (timestamptz): instant, inclusive; what was lent or came back after it is not seen
--   evening (date): the last evening at or before it
--   evening_at (timestamptz): its 18:00, inclusive
--   run_id (bigint): run
INSERT INTO custody_steps AS s (step, subject, due_on, community_code, run_id)
SELECT
    'key_chased' AS step,
    k.loan_code AS subject,
    CAST(:evening AS date) AS due_on,
    k.community_code,
    CAST(:run_id AS bigint) AS run_id
FROM key_loans AS k
INNER JOIN kept_communities AS c ON c.community_code = coalesce(k.community_code, '')
WHERE
    (k.returned_at IS NULL OR k.returned_at > CAST(:at AS timestamptz))
    AND k.borrowed_at <= CAST(:evening_at AS timestamptz)
    AND CAST(k.borrowed_at AT TIME ZONE 'Asia/Shanghai' AS date) >= c.live_from
ON CONFLICT (step, subject, due_on) DO UPDATE
    SET cancelled_on = NULL, run_id = excluded.run_id
    WHERE s.cancelled_on IS NOT NULL
