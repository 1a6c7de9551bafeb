-- Devices out of order, or not checked, that nobody was told of, with what their check said (CUST-04).
--
-- Reads: custody_steps, device_checks, staff, communities
-- Writes: nothing
-- Rerun: the same rows until they are told
--
-- Params:
--   step (text): device_abnormal or device_unchecked
SELECT
    s.subject,
    s.due_on,
    s.community_code,
    c.community_name,
    s.staff_code,
    f.team_code,
    s.checked_at,
    s.device,
    d.note
FROM custody_steps AS s
LEFT JOIN communities AS c ON s.community_code = c.community_code
LEFT JOIN staff AS f ON s.staff_code = f.staff_code
LEFT JOIN device_checks AS d
    ON s.staff_code = d.staff_code AND s.checked_at = d.checked_at AND s.device = d.device
WHERE s.step = CAST(:step AS text) AND s.told_at IS NULL AND s.cancelled_on IS NULL
ORDER BY s.due_on, s.community_code NULLS FIRST, s.device, s.subject
