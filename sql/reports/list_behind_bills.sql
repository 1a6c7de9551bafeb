-- The bills a figure of money adds up: due in the period, or owed at its end; the largest open ones first.
--
-- Reads: bill_states (view, seen at the session's guanjia.as_of)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as billed, collection_rate or arrears
--   word (text): age of the debt; blank: all
--   last_day (date): last day the period touches
--   first_due_day (date): first day whose due things belong to the period, inclusive
--   last_due_day (date): last such day, inclusive
--   community_codes (text[]): communities of the scope
--   row_limit (int): rows at most
WITH posted AS (
    SELECT
        b.community_code,
        b.bill_code,
        b.unit_code,
        b.due_on,
        b.total,
        b.open_balance,
        CAST(:last_day AS date) - b.due_on AS age,
        b.due_on >= CAST(:first_due_day AS date) AND b.due_on <= CAST(:last_due_day AS date) AS is_due_in_it
    FROM bill_states AS b
    WHERE
        b.state IN ('posted', 'part_paid', 'paid')
        AND b.community_code = any(CAST(:community_codes AS text[]))
),

behind AS (
    SELECT
        p.community_code,
        p.bill_code AS code,
        p.unit_code AS note,
        CAST(p.due_on AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS happened_at,
        CASE CAST(:measure AS text)
            WHEN 'billed' THEN p.total
            WHEN 'collection_rate' THEN p.total - p.open_balance
            ELSE p.open_balance
        END AS numerator,
        CASE WHEN CAST(:measure AS text) = 'collection_rate' THEN p.total END AS denominator,
        p.open_balance
    FROM posted AS p
    WHERE
        CASE
            WHEN CAST(:measure AS text) IN ('billed', 'collection_rate') THEN p.is_due_in_it
            WHEN p.age < 0 OR p.open_balance = 0 THEN FALSE
            WHEN CAST(:word AS text) = 'days_0_30' THEN p.age <= 30
            WHEN CAST(:word AS text) = 'days_31_90' THEN p.age BETWEEN 31 AND 90
            WHEN CAST(:word AS text) = 'days_91_180' THEN p.age BETWEEN 91 AND 180
            WHEN CAST(:word AS text) = 'days_181_365' THEN p.age BETWEEN 181 AND 365
            WHEN CAST(:word AS text) = 'days_over_365' THEN p.age > 365
            ELSE CAST(:word AS text) = ''
        END
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
ORDER BY b.open_balance DESC, b.happened_at ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
