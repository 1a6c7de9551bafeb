-- Allocates anew what still holds of an allocation that was undone in part.
--
-- Reads: undone_allocations (temporary), allocations, ledger
-- Writes: allocations, one row per part kept; ledger, two rows for each
-- Rerun: once per undoing
--
-- Params:
--   run_id (bigint): the run; null: a command
WITH kept AS (
    INSERT INTO allocations (
        source_kind, source_code, batch_no, bill_code, community_code, unit_code, customer_code, amount, allocated_on,
        allocated_at, run_id
    )
    SELECT
        a.source_kind,
        a.source_code,
        a.batch_no,
        a.bill_code,
        a.community_code,
        a.unit_code,
        a.customer_code,
        u.kept_amount,
        a.undone_on,
        a.undone_at,
        CAST(:run_id AS bigint)
    FROM undone_allocations AS u
    INNER JOIN allocations AS a ON u.allocation_id = a.allocation_id
    WHERE u.kept_amount > 0
    RETURNING allocation_id, source_code, batch_no, bill_code, amount, allocated_on
)

INSERT INTO ledger (
    entry_code, posted_on, account, community_code, unit_code, customer_code, debit, credit, source_kind, source_code,
    journal_code
)
SELECT
    'A/' || k.allocation_id || '#' || row_number() OVER (PARTITION BY k.allocation_id ORDER BY l.entry_code),
    k.allocated_on,
    l.account,
    l.community_code,
    l.unit_code,
    l.customer_code,
    CASE WHEN l.debit > 0 THEN k.amount ELSE 0 END,
    CASE WHEN l.debit > 0 THEN 0 ELSE k.amount END,
    'allocation',
    CAST(k.allocation_id AS text),
    'A/' || k.allocation_id
FROM kept AS k
INNER JOIN allocations AS a
    ON
        k.source_code = a.source_code
        AND k.batch_no = a.batch_no
        AND k.bill_code = a.bill_code
INNER JOIN undone_allocations AS u ON a.allocation_id = u.allocation_id
INNER JOIN ledger AS l
    ON
        l.source_kind = 'allocation'
        AND l.source_code = CAST(a.allocation_id AS text)
        AND l.journal_code = 'A/' || a.allocation_id
