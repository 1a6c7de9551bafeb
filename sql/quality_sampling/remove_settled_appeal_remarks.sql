-- Takes back what was amiss with appeals and is so no more, before anybody was told.
--
-- Reads: nothing
-- Writes: quality_remarks, one row per remark taken back
-- Rerun: removes nothing
--
-- Params:
--   kinds (text[]): what is amiss now
--   subjects (text[]): sample and instant of the appeal, in the same order as the kinds
DELETE FROM quality_remarks AS r
WHERE
    r.told_at IS NULL
    AND r.kind IN ('appeal_no_scores', 'appeal_no_outcome', 'appeal_waiting')
    AND NOT EXISTS (
        SELECT 1
        FROM unnest(CAST(:kinds AS text[]), CAST(:subjects AS text[])) AS g (kind, subject)
        WHERE g.kind = r.kind AND g.subject = r.subject
    )
