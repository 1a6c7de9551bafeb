-- What came of lots: items scored, nonconforming ones, verdict, and the inspection of the agent's next lot.
--
-- Reads: nothing else
-- Writes: quality_lots of a month that are not closed
-- Rerun: only what differs
--
-- Params:
--   period (text): month
--   staff_codes (text[]): agents
--   scored (int[]): items scored, in the same order as the agents, like all that follows
--   nonconforming (int[]): of the first n scored, nonconforming
--   verdicts (text[]): accept, reject or none
--   switching_scores (int[]): switching scores after the lot
--   next_inspections (text[]): inspection after it
--   reasons (text[]): why it switched; blank: it did not
--   explanations (text[]): JSON, added to the one there is
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes; blank: the one before stays
UPDATE quality_lots AS q
SET
    scored = g.scored,
    nonconforming = g.nonconforming,
    verdict = g.verdict,
    switching_score = g.switching_score,
    next_inspection = g.next_inspection,
    switched_because = g.reason,
    explanation = q.explanation || CAST(g.explanation AS jsonb),
    computed_at = CAST(:at AS timestamptz),
    run_id = coalesce(CAST(:run_id AS bigint), q.run_id)
FROM
    unnest(
        CAST(:staff_codes AS text[]),
        CAST(:scored AS integer[]),
        CAST(:nonconforming AS integer[]),
        CAST(:verdicts AS text[]),
        CAST(:switching_scores AS integer[]),
        CAST(:next_inspections AS text[]),
        CAST(:reasons AS text[]),
        CAST(:explanations AS text[])
    ) AS g (staff_code, scored, nonconforming, verdict, switching_score, next_inspection, reason, explanation)
WHERE
    q.period = CAST(:period AS text)
    AND q.staff_code = g.staff_code
    AND NOT q.is_final
    AND (
        q.scored, q.nonconforming, q.verdict, q.switching_score, q.next_inspection, q.switched_because, q.explanation
    )
    IS DISTINCT FROM (
        g.scored,
        g.nonconforming,
        g.verdict,
        g.switching_score,
        g.next_inspection,
        g.reason,
        q.explanation || CAST(g.explanation AS jsonb)
    )
