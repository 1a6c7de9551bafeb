-- INS-09: the use of months that are no longer registered goes: an acceptance was withdrawn, or the registration ends
-- earlier than was known.
--
-- Reads: computed_use, registration_inputs, inspected_communities (temporary)
-- Writes: vacancy_use, removes rows
-- Rerun: removes nothing
--
-- Params:
--   today (date): day of as_of in Asia/Shanghai; communities live later are left alone
DELETE FROM vacancy_use AS u
USING inspected_communities AS i
WHERE
    u.community_code = i.community_code
    AND i.live_from <= :today
    AND NOT EXISTS (
        SELECT 1
        FROM computed_use AS c
        WHERE c.application_code = u.application_code AND c.period = u.period
    )
    AND NOT EXISTS (
        SELECT 1
        FROM registration_inputs AS r
        WHERE r.application_code = u.application_code AND NOT r.is_changed
    )
