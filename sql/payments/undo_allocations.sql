-- Undoes allocations, each with the entry that takes its own back; a part that still holds is allocated anew.
--
-- Reads: undone_allocations (temporary), allocations, ledger
-- Writes: allocations, one row changed per allocation undone; ledger, one row per row of its entry
-- Rerun: once per undoing
--
-- Params:
--   as_of (timestamptz): instant of the run
--   posted_on (date): day of the entries
--   run_id (bigint): the run; null: a command
WITH changed AS (
    UPDATE allocations AS a
    SET
        undone_on = greatest(CAST(:posted_on AS date), a.allocated_on),
        undone_at = greatest(CAST(:as_of AS timestamptz), a.allocated_at),
        undone_by = u.undone_by,
        run_id = CAST(:run_id AS bigint)
    FROM undone_allocations AS u
    WHERE a.allocation_id = u.allocation_id AND a.undone_at IS NULL
    RETURNING a.allocation_id, a.undone_on
)

INSERT INTO ledger (
    entry_code, posted_on, account, community_code, unit_code, customer_code, debit, credit, source_kind, source_code,
    journal_code
)
SELECT
    l.journal_code || '/undo#' || row_number() OVER (PARTITION BY l.journal_code ORDER BY l.entry_code),
    c.undone_on,
    l.account,
    l.community_code,
    l.unit_code,
    l.customer_code,
    l.credit,
    l.debit,
    'allocation',
    l.source_code,
    l.journal_code || '/undo'
FROM changed AS c
INNER JOIN ledger AS l ON l.source_kind = 'allocation' AND l.source_code = CAST(c.allocation_id AS text)
