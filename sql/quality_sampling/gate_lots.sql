-- The lots a run judged, with what the gate asks of them: the plan is one of the standard's, a verdict rests on the whole
-- sample, and each lot goes on where the agent's last one left off.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: quality_lots, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('quality_sampling', 'quality_results')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('quality_sampling', 'quality_results')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
),

written AS (
    SELECT
        q.period,
        q.staff_code,
        q.lot_size,
        q.inspection_level,
        q.inspection,
        q.code_letter,
        q.sample_size,
        q.acceptance_number,
        q.random_items,
        q.top_up_items,
        q.missing_items,
        q.scored,
        q.nonconforming,
        q.verdict,
        q.switching_score,
        q.next_inspection,
        q.switched_because,
        (
            SELECT p.next_inspection
            FROM quality_lots AS p
            WHERE p.staff_code = q.staff_code AND p.period < q.period
            ORDER BY p.period DESC
            LIMIT 1
        ) AS left_off
    FROM quality_lots AS q
    WHERE
        q.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

lettered AS (
    SELECT
        w.period,
        w.staff_code,
        width_bucket(
            w.lot_size,
            CAST(
                '{9,16,26,51,91,151,281,501,1201,3201,10001,35001,150001,500001}' AS integer[]
            )
        ) AS place
    FROM written AS w
)

SELECT
    w.period,
    w.staff_code,
    w.lot_size = 0 OR coalesce(w.code_letter, '') = substr(
        CASE w.inspection_level
            WHEN 'I' THEN 'AABCCDEFGHJKLMN'
            WHEN 'II' THEN 'ABCDEFGHJKLMNPQ'
            ELSE 'BCDEFGHJKLMNPQR'
        END, t.place + 1, 1
    ) AS is_letter_of_lot,
    w.sample_size = w.lot_size
    OR w.sample_size IN (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000) AS is_size_of_standard,
    w.acceptance_number IN (0, 1, 2, 3, 5, 6, 7, 8, 10, 12, 14, 18, 21) AS is_acceptance_of_standard,
    greatest(w.sample_size - w.random_items - w.top_up_items - w.missing_items, 0) AS short_of_plan,
    w.verdict = 'none' OR (w.scored >= w.sample_size AND w.sample_size > 0) AS is_verdict_on_whole_sample,
    w.verdict = 'none' OR (w.verdict = 'accept') = (w.nonconforming <= w.acceptance_number) AS is_verdict_of_plan,
    greatest(w.nonconforming - w.scored, 0) AS nonconforming_over,
    w.inspection = coalesce(w.left_off, 'normal') AS is_in_sequence,
    w.inspection = w.next_inspection OR w.switched_because IS NOT NULL AS is_switch_explained,
    w.switching_score
FROM written AS w
INNER JOIN lettered AS t ON w.period = t.period AND w.staff_code = t.staff_code
