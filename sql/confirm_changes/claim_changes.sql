-- The changes this run asks a second person about: those that wait and that no other open question is about.
-- Reads: intake_changes, change_requests, runs
-- Writes: change_requests (one row per change; a question that ended without an answer is asked anew)
-- Rerun: a run that is retried finds its own questions again and adds none
-- Params:
--   run_id (bigint): the run that asks
--   change_code (text): only this change; null: all that wait
--   at_most (integer): questions of one run
WITH own AS (
    SELECT count(*) AS asked
    FROM change_requests AS q
    WHERE q.run_id = :run_id
),

waiting AS (
    SELECT
        c.change_id AS change_id,
        row_number() OVER (ORDER BY c.change_id ASC) - 1 AS place
    FROM intake_changes AS c
    CROSS JOIN own AS o
    WHERE
        c.state = 'pending'
        AND o.asked = 0
        AND (CAST(:change_code AS text) IS NULL OR c.change_code = :change_code)
        AND NOT EXISTS (
            SELECT 1
            FROM change_requests AS q
            INNER JOIN runs AS r ON q.run_id = r.run_id
            WHERE
                q.change_id = c.change_id
                AND r.state IN ('running', 'waiting')
        )
    ORDER BY c.change_id ASC
    LIMIT CAST(:at_most AS integer)
)

INSERT INTO change_requests AS q (change_id, run_id, place)
SELECT
    w.change_id AS change_id,
    CAST(:run_id AS bigint) AS run_id,
    w.place AS place
FROM waiting AS w
ON CONFLICT (change_id) DO UPDATE
    SET
        run_id = excluded.run_id,
        place = excluded.place,
        digest = NULL,
        asked_at = NULL
