-- The callbacks that follow a case, and the one that opened it, for the explanation of the case.
--
-- Reads: callback_contacts, callback_cases, callbacks
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   case_code (text): the case
--   day (date): callbacks planned later are left out, inclusive
SELECT
    t.callback_code,
    t.rule_code,
    t.state,
    t.satisfaction,
    b.planned_on,
    FALSE AS has_opened_it
FROM callback_contacts AS t
INNER JOIN callbacks AS b ON t.callback_code = b.callback_code
WHERE t.case_code = CAST(:case_code AS text) AND b.planned_on <= CAST(:day AS date)
UNION ALL
SELECT
    k.callback_code,
    CAST(NULL AS text),
    b.state,
    b.satisfaction,
    b.planned_on,
    TRUE
FROM callback_cases AS k
INNER JOIN callbacks AS b ON k.callback_code = b.callback_code
WHERE k.case_code = CAST(:case_code AS text) AND b.planned_on <= CAST(:day AS date)
ORDER BY planned_on ASC, callback_code ASC, rule_code ASC
