-- The cases of which something was written since the last plan are taken from the queue. What has a fact that is still
-- to come stays in it. Cases of communities not served are forgotten: once served, such a community has all its cases
-- looked at; one that was served before and is not now keeps its place in the queue.
--
-- Reads: callback_case_changes, cases, case_events, callback_progress
-- Writes: callback_case_changes (what is taken or forgotten goes), looked_cases (temporary), one row per case
-- Rerun: nothing is left to be taken
--
-- Params:
--   at (timestamptz): instant up to which facts are visible, inclusive
--   served (text[]): communities served
WITH queued AS (
    SELECT
        q.case_code,
        c.community_code = any(CAST(:served AS text[])) AS is_served,
        NOT EXISTS (
            SELECT 1
            FROM case_events AS e
            WHERE
                e.case_code = q.case_code
                AND e.event_at > CAST(:at AS timestamptz)
                AND e.event IN ('answered', 'resolved', 'closed', 'reopened')
        ) AS is_past,
        coalesce(c.community_code IN (SELECT p.scope FROM callback_progress AS p), FALSE) AS was_served
    FROM (SELECT DISTINCT w.case_code FROM callback_case_changes AS w) AS q
    LEFT JOIN cases AS c ON q.case_code = c.case_code
),

taken AS (
    DELETE FROM callback_case_changes AS w
    USING queued AS q
    WHERE
        w.case_code = q.case_code
        AND ((coalesce(q.is_served, FALSE) AND q.is_past) OR NOT (coalesce(q.is_served, FALSE) OR q.was_served))
)

INSERT INTO looked_cases (case_code)
SELECT q.case_code
FROM queued AS q
WHERE q.is_served
