-- The callbacks due that a figure counts or is a share of, those not reached first.
--
-- Reads: callback_contacts
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as callbacks_due
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   community_codes (text[]): communities of the scope
--   is_company (boolean): what belongs to no community counts, too
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        coalesce(k.community_code, '') AS community_code,
        k.callback_code AS code,
        CASE
            WHEN k.state IN ('reached', 'satisfied') AND k.closed_at < CAST(:ends AS timestamptz) THEN 'reached'
            WHEN k.closed_at IS NULL OR k.closed_at > k.due_by THEN 'missed'
            ELSE k.state
        END AS note,
        k.due_by AS happened_at,
        CAST(
            CASE
                WHEN CAST(:measure AS text) <> 'callbacks_reached' THEN 1
                WHEN k.state IN ('reached', 'satisfied') AND k.closed_at < CAST(:ends AS timestamptz) THEN 1
                ELSE 0
            END AS numeric
        ) AS numerator,
        CAST(CASE WHEN CAST(:measure AS text) = 'callbacks_reached' THEN 1 END AS numeric) AS denominator
    FROM callback_contacts AS k
    WHERE
        k.due_by >= CAST(:starts AS timestamptz)
        AND k.due_by < CAST(:ends AS timestamptz)
        AND (k.state <> 'cancelled' OR k.closed_at >= CAST(:ends AS timestamptz))
        AND (
            k.community_code = any(CAST(:community_codes AS text[]))
            OR (k.community_code IS NULL AND CAST(:is_company AS boolean))
        )
        AND (CAST(:measure AS text) <> 'callbacks_missed' OR k.closed_at IS NULL OR k.closed_at > k.due_by)
)

SELECT
    b.community_code,
    b.code,
    b.note,
    b.happened_at,
    b.numerator,
    b.denominator,
    count(*) OVER () AS total_rows,
    sum(b.numerator) OVER () AS total_numerator,
    sum(b.denominator) OVER () AS total_denominator
FROM behind AS b
ORDER BY b.numerator < b.denominator DESC NULLS LAST, b.happened_at ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
