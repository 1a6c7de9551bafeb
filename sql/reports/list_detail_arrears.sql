-- What the units of a scope owe, by payer: open balances of bills due by the session's instant (see view_books_at).
--
-- Reads: bill_states (view, seen at the session's guanjia.as_of), customers
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   ends (timestamptz): end of the period, exclusive
--   community_codes (text[]): communities of the scope
--   is_by_community (boolean): rows are limited and counted in each community, not in all
--   row_limit (int): rows at most
WITH owed AS (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        min(b.due_on) FILTER (WHERE b.open_balance > 0) AS oldest_due_on,
        sum(b.open_balance) AS balance
    FROM bill_states AS b
    WHERE
        b.state IN ('posted', 'part_paid', 'paid')
        AND b.due_on <= CAST(
            (CAST(:ends AS timestamptz) - interval '1 microsecond') AT TIME ZONE 'Asia/Shanghai' AS date
        )
        AND b.community_code = any(CAST(:community_codes AS text[]))
    GROUP BY b.community_code, b.unit_code, b.customer_code
),

found AS (
    SELECT
        o.community_code,
        o.unit_code,
        k.customer_name,
        k.phone,
        o.oldest_due_on,
        o.balance,
        row_number() OVER (
            PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN o.community_code END
            ORDER BY o.community_code ASC, o.balance DESC, o.unit_code ASC, o.customer_code ASC
        ) AS place,
        count(*) OVER (PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN o.community_code END) AS total
    FROM owed AS o
    LEFT JOIN customers AS k ON o.customer_code = k.customer_code
    WHERE o.balance <> 0
)

SELECT
    f.community_code,
    f.unit_code,
    f.customer_name,
    f.phone,
    f.oldest_due_on,
    f.balance,
    f.total
FROM found AS f
WHERE f.place <= CAST(:row_limit AS integer)
ORDER BY f.community_code ASC, f.place ASC
