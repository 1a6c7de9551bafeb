-- CB-08: takes back that a visit was not signed when the register says by now that it was, and nobody was told yet.
--
-- Reads: home_visits, callback_remarks
-- Writes: callback_remarks, one row per remark taken back
-- Rerun: removes nothing
--
-- Params: none
DELETE FROM callback_remarks AS r
USING home_visits AS v
WHERE r.kind = 'visit_not_signed' AND r.told_at IS NULL AND r.subject = v.visit_code AND v.signed
