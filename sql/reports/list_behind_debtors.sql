-- The units that owe something at the end of the period, those that owe most first.
--
-- Reads: bill_states (view, seen at the session's guanjia.as_of)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   last_day (date): last day the period touches
--   community_codes (text[]): communities of the scope
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        b.community_code,
        b.unit_code AS code,
        CAST(sum(b.open_balance) AS text) AS note,
        CAST(min(b.due_on) FILTER (WHERE b.open_balance > 0) AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS happened_at,
        CAST(1 AS numeric) AS numerator,
        CAST(NULL AS numeric) AS denominator,
        sum(b.open_balance) AS balance
    FROM bill_states AS b
    WHERE
        b.state IN ('posted', 'part_paid', 'paid')
        AND b.due_on <= CAST(:last_day AS date)
        AND b.community_code = any(CAST(:community_codes AS text[]))
    GROUP BY b.community_code, b.unit_code
    HAVING sum(b.open_balance) > 0
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
ORDER BY b.balance DESC, b.code ASC
LIMIT CAST(:row_limit AS integer)
