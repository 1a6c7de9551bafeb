-- Takes back remarks on results that lost their reason before anybody was told: the result was corrected.
--
-- Reads: callback_remarks
-- Writes: callback_remarks, one row per remark taken back
-- Rerun: removes nothing
--
-- Params:
--   callback_codes (text[]): callbacks judged anew
--   kinds (text[]): what is amiss now
--   subjects (text[]): callback and instant of the attempt, in the same order as the kinds
DELETE FROM callback_remarks AS r
WHERE
    r.told_at IS NULL
    AND (r.kind LIKE 'result\_%' OR r.kind IN ('promised_outside_hours', 'promised_too_far', 'satisfaction_without_reach'))
    AND split_part(r.subject, ' ', 1) = any(CAST(:callback_codes AS text[]))
    AND NOT EXISTS (
        SELECT 1
        FROM unnest(CAST(:kinds AS text[]), CAST(:subjects AS text[])) AS g (kind, subject)
        WHERE g.kind = r.kind AND g.subject = r.subject
    )
