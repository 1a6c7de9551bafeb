-- Entries of settled deposits: held deposits to the debit, the bank for what is paid back and income for what is kept to
-- the credit; a deposit that was held before we went live is taken over from opening first.
--
-- Example: an agency deposit of 100.00 that was not let: agency_deposits 100.00 to the debit, bank 90.00 and income:agency
-- 10.00 to the credit.
--
-- Booked is where the money should stand, less where it stands: an event whose amount was changed after it was settled gets
-- an entry of the difference, one that is refused by then gives back what was booked.
--
-- Reads: ledger
-- Writes: ledger, the rows of one entry per event whose money moves, and two per deposit taken over
-- Rerun: writes nothing
--
-- Params:
--   contract_codes (text[]): contracts
--   event_on (date[]): day of each event
--   events (text[]): each event
--   community_codes (text[]): community of each
--   unit_codes (text[]): unit of each
--   customer_codes (text[]): customer of each
--   charge_kinds (text[]): deposit or agency_deposit, of each
--   returned (numeric[]): paid back of each, yuan; 0: refused
--   kept (numeric[]): kept of each, yuan; 0: refused
--   from_before (numeric[]): deposit of the contract that was held before we went live, yuan
--   posted_on (date): day of the entries
INSERT INTO ledger (
    entry_code, posted_on, account, community_code, unit_code, customer_code, debit, credit, source_kind, source_code,
    journal_code
)
WITH settled AS MATERIALIZED (
    SELECT
        j.contract_code || '/' || CAST(j.event_on AS text) || '/' || j.event AS source_code,
        j.contract_code,
        j.community_code,
        j.unit_code,
        j.customer_code,
        CASE j.charge_kind WHEN 'deposit' THEN 'deposits' ELSE 'agency_deposits' END AS held_in,
        CASE j.charge_kind WHEN 'deposit' THEN 'income:deposit_kept' ELSE 'income:agency' END AS kept_in,
        j.returned,
        j.kept,
        j.from_before
    FROM unnest(
        CAST(:contract_codes AS text[]),
        CAST(:event_on AS date[]),
        CAST(:events AS text[]),
        CAST(:community_codes AS text[]),
        CAST(:unit_codes AS text[]),
        CAST(:customer_codes AS text[]),
        CAST(:charge_kinds AS text[]),
        CAST(:returned AS numeric[]),
        CAST(:kept AS numeric[]),
        CAST(:from_before AS numeric[])
    ) AS j (
        contract_code, event_on, event, community_code, unit_code, customer_code, charge_kind, returned, kept,
        from_before
    )
),

taken_over AS (
    SELECT DISTINCT ON (s.contract_code)
        s.contract_code || '/before' AS source_code,
        s.community_code,
        s.unit_code,
        s.customer_code,
        s.held_in,
        s.from_before
    FROM settled AS s
    LEFT JOIN ledger AS e ON e.source_kind = 'deposit_event' AND e.source_code = s.contract_code || '/before'
    WHERE s.from_before > 0 AND s.returned + s.kept > 0 AND e.entry_code IS NULL
    ORDER BY s.contract_code
),

sides AS (
    SELECT
        s.source_code,
        s.held_in AS account,
        s.community_code,
        s.unit_code,
        s.customer_code,
        s.returned + s.kept AS amount
    FROM settled AS s
    UNION ALL
    SELECT
        s.source_code,
        'bank',
        s.community_code,
        NULL,
        NULL,
        -s.returned
    FROM settled AS s
    UNION ALL
    SELECT
        s.source_code,
        s.kept_in,
        s.community_code,
        NULL,
        NULL,
        -s.kept
    FROM settled AS s
    UNION ALL
    SELECT
        t.source_code,
        'opening',
        t.community_code,
        NULL,
        NULL,
        t.from_before
    FROM taken_over AS t
    UNION ALL
    SELECT
        t.source_code,
        t.held_in,
        t.community_code,
        t.unit_code,
        t.customer_code,
        -t.from_before
    FROM taken_over AS t
    UNION ALL
    SELECT
        s.source_code,
        l.account,
        l.community_code,
        l.unit_code,
        l.customer_code,
        l.credit - l.debit
    FROM settled AS s
    INNER JOIN ledger AS l ON l.source_kind = 'deposit_event' AND s.source_code = l.source_code
),

moves AS (
    SELECT
        s.source_code,
        s.account,
        s.community_code,
        s.unit_code,
        s.customer_code,
        sum(s.amount) AS amount
    FROM sides AS s
    GROUP BY s.source_code, s.account, s.community_code, s.unit_code, s.customer_code
    HAVING sum(s.amount) <> 0
),

journals AS (
    SELECT
        m.source_code,
        'D/' || m.source_code || coalesce('/' || nullif(count(DISTINCT l.journal_code), 0) + 1, '') AS journal_code
    FROM (
        SELECT DISTINCT n.source_code
        FROM moves AS n
    ) AS m
    LEFT JOIN ledger AS l ON l.source_kind = 'deposit_event' AND m.source_code = l.source_code
    GROUP BY m.source_code
)

SELECT
    j.journal_code || '#' || row_number() OVER (
        PARTITION BY m.source_code
        ORDER BY m.account DESC, m.amount DESC, m.unit_code ASC, m.customer_code ASC
    ),
    CAST(:posted_on AS date),
    m.account,
    m.community_code,
    m.unit_code,
    m.customer_code,
    greatest(m.amount, 0),
    greatest(-m.amount, 0),
    'deposit_event',
    m.source_code,
    j.journal_code
FROM moves AS m
INNER JOIN journals AS j ON m.source_code = j.source_code
