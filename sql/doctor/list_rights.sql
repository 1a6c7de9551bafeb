-- What the connected role may do with each of our tables, and whether it may make new ones.
-- Reads: the catalogue (one row per table)
-- Writes: nothing
-- Rerun: the same answer
SELECT
    made.tablename AS table_name,
    has_table_privilege(made.schemaname || '.' || quote_ident(made.tablename), 'SELECT') AS may_read,
    has_table_privilege(made.schemaname || '.' || quote_ident(made.tablename), 'INSERT, UPDATE, DELETE') AS may_write,
    has_table_privilege(made.schemaname || '.' || quote_ident(made.tablename), 'TRUNCATE') AS may_empty,
    has_schema_privilege(made.schemaname, 'CREATE') AS may_create
FROM pg_tables AS made
WHERE made.schemaname = 'public'
ORDER BY made.tablename
