-- The entries of the books that name a unit, newest first.
-- Reads: ledger
-- Writes: nothing (one row per side of an entry)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
--   page_size (integer): rows at most
SELECT
    g.entry_code AS entry_code,
    g.posted_on AS posted_on,
    g.account AS account,
    g.customer_code AS customer_code,
    g.debit AS debit,
    g.credit AS credit,
    g.source_kind AS source_kind,
    g.source_code AS source_code,
    g.journal_code AS journal_code
FROM ledger AS g
WHERE g.community_code = :community_code AND g.unit_code = :unit_code
ORDER BY g.posted_on DESC, g.entry_code DESC
LIMIT CAST(:page_size AS integer)
