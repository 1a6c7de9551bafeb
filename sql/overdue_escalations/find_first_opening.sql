-- When the first case was opened; nothing where there is none.
--
-- Reads: cases
-- Writes: nothing
-- Rerun: the same instant
--
-- Params: none
SELECT min(c.opened_at) AS opened_at
FROM cases AS c
