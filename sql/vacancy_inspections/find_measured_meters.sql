-- INS-09: the registrations that are measured anew, with their meters.
--
-- Reads: registered_meters, registration_inputs (temporary)
-- Writes: measured_meters (temporary), one row per registration, utility and meter of the unit; a utility without a
--     meter has one row with a blank meter
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE measured_meters ON COMMIT DROP AS
SELECT m.*
FROM registered_meters AS m
INNER JOIN registration_inputs AS i ON m.application_code = i.application_code
WHERE i.is_changed
