-- The items that complete some agents' lots: of each agent those with the smallest hashes that no draw has taken.
--
-- Reads: month_items (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same items
--
-- Params:
--   kinds (text[]): kinds of item that lots are made of
--   staff_codes (text[]): agents
--   wanted (int[]): items of each, in the same order
WITH placed AS (
    SELECT
        i.subject_kind,
        i.subject_code,
        i.staff_code,
        i.occurred_at,
        i.channel,
        i.community_code,
        i.team_code,
        i.outcome,
        i.lot,
        w.wanted,
        row_number() OVER (PARTITION BY i.staff_code ORDER BY i.lot, i.subject_kind, i.subject_code) AS place
    FROM month_items AS i
    INNER JOIN unnest(CAST(:staff_codes AS text[]), CAST(:wanted AS integer[])) AS w (staff_code, wanted)
        ON i.staff_code = w.staff_code
    WHERE i.is_drawable AND i.subject_kind = any(CAST(:kinds AS text[]))
)

SELECT
    p.subject_kind,
    p.subject_code,
    p.staff_code,
    p.occurred_at,
    p.channel,
    p.community_code,
    p.team_code,
    p.outcome
FROM placed AS p
WHERE p.place <= p.wanted
ORDER BY p.lot, p.subject_kind, p.subject_code
