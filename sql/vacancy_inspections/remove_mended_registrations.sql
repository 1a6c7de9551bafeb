-- Takes back the remark of registrations that have a day by now, or are refused: their rows were corrected.
--
-- Reads: judged_applications (temporary)
-- Writes: inspection_remarks, one row per such application
-- Rerun: writes nothing
--
-- Params: none
DELETE FROM inspection_remarks AS m
USING judged_applications AS j
WHERE
    m.kind = 'ended_before_start'
    AND m.subject = j.application_code
    AND (j.state = 'refused' OR j.last_day >= j.first_day)
