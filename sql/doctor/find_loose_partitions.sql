-- Partitions a billing run was building when it broke off: made, never attached.
-- Reads: pg_class, pg_namespace
-- Writes: nothing
-- Rerun: the same answer
-- Params: none
SELECT c.relname AS table_name
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    n.nspname = 'public'
    AND c.relkind = 'r'
    AND NOT c.relispartition
    AND c.relname ~ '^(bills|bill_lines|ledger|pool_shares)_b[0-9]+$'
ORDER BY c.relname
