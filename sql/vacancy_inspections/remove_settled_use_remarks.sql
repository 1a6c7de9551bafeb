-- INS-09: takes back remarks on falling readings that do not fall any more.
--
-- Reads: measured_meters, use_stretches (temporary)
-- Writes: inspection_remarks, one row per remark taken back
-- Rerun: removes nothing
--
-- Params: none
DELETE FROM inspection_remarks AS r
WHERE
    r.kind = 'use_falls'
    AND r.detail ->> 'application_code' IN (
        SELECT m.application_code
        FROM measured_meters AS m
    )
    AND r.subject NOT IN (
        SELECT concat_ws(' ', s.application_code, s.meter_code, s.last_day)
        FROM use_stretches AS s
        WHERE s.to_reading < s.from_reading
    )
