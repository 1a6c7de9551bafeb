-- Pairs of results of one callback that cannot both be right, side by side; the latest first.
-- Reads: callback_conflicts, callback_attempts, callbacks, communities, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   community_code (text): only this community; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    k.callback_code AS callback_code,
    c.community_name AS community_name,
    k.kind AS kind,
    k.noted_at AS noted_at,
    k.told_at AS told_at,
    k.first_at AS first_at,
    a.outcome AS first_outcome,
    a.satisfaction AS first_satisfaction,
    a.staff_code AS first_staff,
    s.staff_name AS first_name,
    k.second_at AS second_at,
    z.outcome AS second_outcome,
    z.satisfaction AS second_satisfaction,
    z.staff_code AS second_staff,
    t.staff_name AS second_name
FROM callback_conflicts AS k
INNER JOIN callbacks AS b ON k.callback_code = b.callback_code
INNER JOIN callback_attempts AS a
    ON k.callback_code = a.callback_code AND k.first_at = a.attempted_at AND k.first_edition = a.edition
INNER JOIN callback_attempts AS z
    ON k.callback_code = z.callback_code AND k.second_at = z.attempted_at AND k.second_edition = z.edition
LEFT JOIN communities AS c ON b.community_code = c.community_code
LEFT JOIN staff AS s ON a.staff_code = s.staff_code
LEFT JOIN staff AS t ON z.staff_code = t.staff_code
WHERE CAST(:community_code AS text) IS NULL OR b.community_code = :community_code
ORDER BY k.noted_at DESC, k.callback_code ASC, k.first_at ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
