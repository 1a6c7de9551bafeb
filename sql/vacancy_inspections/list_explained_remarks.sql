-- What was remarked about an inspection or a vacancy application.
--
-- Reads: inspection_remarks
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   inspection_code (text): inspection, or NULL
--   application_code (text): application, or NULL
--   as_of (timestamptz): remarks noted later are invisible, inclusive
SELECT
    m.kind,
    m.subject,
    m.detail
FROM inspection_remarks AS m
WHERE
    (
        m.detail ->> 'inspection_code' = CAST(:inspection_code AS text)
        OR m.detail ->> 'application_code' = CAST(:application_code AS text)
        OR m.subject = coalesce(CAST(:inspection_code AS text), CAST(:application_code AS text))
    )
    AND m.noted_at <= :as_of
ORDER BY m.noted_at, m.kind, m.subject
