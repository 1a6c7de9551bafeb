-- INS-07: the case of an application corrected to another unit says that nobody need go there any more.
--
-- Reads: moved_registrations (temporary)
-- Writes: cases, the description of one row per such application
-- Rerun: writes nothing, the registration then has its new case
--
-- Params: none
UPDATE cases AS c
SET description = concat('【作废：登记已更正为 ', m.community_code, ' ', m.unit_code, '】', c.description)
FROM moved_registrations AS m
WHERE c.case_code = m.former_case_code
