-- Takes back the remark of registrations that have a day by now, of those of a unit that can be vacant by now, and of
-- those refused: their rows were corrected.
--
-- Reads: judged_applications (temporary), units
-- Writes: inspection_remarks, one row per such application
-- Rerun: writes nothing
--
-- Params: none
DELETE FROM inspection_remarks AS m
USING judged_applications AS j
WHERE
    m.subject = j.application_code
    AND CASE m.kind
        WHEN 'ended_before_start' THEN j.state = 'refused' OR j.last_day >= j.first_day
        WHEN 'never_vacant'
            THEN j.state = 'refused' OR EXISTS (
                SELECT 1
                FROM units AS u
                WHERE
                    u.community_code = j.community_code
                    AND u.unit_code = j.unit_code
                    AND u.unit_use IN ('residential', 'shop', 'office')
            )
        ELSE FALSE
    END
