-- Partitions of bills, bill_lines, ledger and pool_shares, one per batch. The application may change rows and never the
-- schema; these three functions are the one exception, and they take nothing but a table out of four and a number.
--
-- They run with the owner's rights on a fixed search path that holds no schema anyone else can write to (temporary
-- objects last), name every object with its schema, and refuse a caller who may not write bills.

CREATE FUNCTION check_billing_partition(parent text, batch integer) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF parent IS NULL OR parent NOT IN ('bills', 'bill_lines', 'ledger', 'pool_shares') THEN
        RAISE EXCEPTION 'table % is not partitioned by batch', parent USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF batch IS NULL OR batch < 1 THEN
        RAISE EXCEPTION 'batch % is no number of a batch; expected 1 or more', batch
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT has_table_privilege(session_user, 'public.bills', 'INSERT') THEN
        RAISE EXCEPTION 'permission denied for partitions of %', parent USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN parent || '_b' || batch;
END
$$;

COMMENT ON FUNCTION check_billing_partition IS
'Name of the partition of a table for a batch; refuses other tables and callers who may not write bills.';

CREATE FUNCTION make_billing_partition(parent text, batch integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text := public.check_billing_partition(parent, batch);
    given record;
BEGIN
    EXECUTE format(
        'CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS,'
        ' CONSTRAINT %I CHECK (batch_no = %s))',
        name, parent, name || '_batch_check', batch
    );
    -- Nobody but who may read and write the whole table reads and writes the part.
    FOR given IN
        SELECT a.grantee, a.privilege_type
        FROM pg_class AS c
        CROSS JOIN LATERAL aclexplode(c.relacl) AS a
        WHERE c.oid = to_regclass(format('public.%I', parent)) AND a.grantee <> c.relowner AND a.grantee <> 0
    LOOP
        EXECUTE format('GRANT %s ON public.%I TO %I', given.privilege_type, name, pg_get_userbyid(given.grantee));
    END LOOP;
    RETURN name;
END
$$;

COMMENT ON FUNCTION make_billing_partition IS
'Makes the bare table of a batch, without keys and not yet part of its table; returns its name. Fill it, then finish it.';

CREATE FUNCTION finish_billing_partition(parent text, batch integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET maintenance_work_mem = '256MB'
AS $$
DECLARE
    name text := public.check_billing_partition(parent, batch);
    declared record;
BEGIN
    EXECUTE format('ANALYZE public.%I', name);
    FOR declared IN
        SELECT
            CAST(k.contype AS text) AS contype,
            pg_get_constraintdef(k.oid) AS definition,
            row_number() OVER (ORDER BY k.conname) AS number
        FROM pg_constraint AS k
        WHERE k.conrelid = to_regclass(format('public.%I', parent)) AND k.contype IN ('p', 'u')
          AND k.conparentid = 0
        ORDER BY k.contype DESC, k.conname
    LOOP
        EXECUTE format(
            'ALTER TABLE public.%I ADD CONSTRAINT %I %s',
            name,
            name || CASE declared.contype WHEN 'p' THEN '_pk' ELSE '_' || declared.contype || declared.number END,
            declared.definition
        );
    END LOOP;
    IF parent = 'bill_lines' THEN
        EXECUTE format(
            'ALTER TABLE public.%I ADD CONSTRAINT %I FOREIGN KEY (batch_no, bill_code)'
            ' REFERENCES public.%I (batch_no, bill_code)',
            name, name || '_bill_fk', 'bills_b' || batch
        );
    END IF;
    IF parent = 'bills' THEN
        -- Before anything else is locked: whoever is deciding or posting goes on and ends.
        LOCK TABLE public.billing_runs, public.units, public.customers IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    -- Indexes and references of the parent are built and checked here; the check on batch_no spares a look at the rows.
    -- References made before would be merged, which locks the tables referred to against every reader until the
    -- transaction ends; a default partition would be locked like that, too.
    EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES IN (%s)', parent, name, batch);
    EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT %I', name, name || '_batch_check');
    RETURN name;
END
$$;

COMMENT ON FUNCTION finish_billing_partition IS
'Gives the table of a batch its keys, checks its references and attaches it; bills before bill_lines.';

CREATE FUNCTION drop_billing_partition(parent text, batch integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text := public.check_billing_partition(parent, batch);
    found_table regclass := to_regclass(format('public.%I', name));
BEGIN
    IF found_table IS NULL THEN
        RETURN FALSE;
    END IF;
    IF (SELECT c.relispartition FROM pg_class AS c WHERE c.oid = found_table) THEN
        RAISE EXCEPTION 'batch % of % is attached; only what a broken run left behind is dropped', batch, parent
            USING ERRCODE = 'wrong_object_type';
    END IF;
    EXECUTE format('DROP TABLE public.%I', name);
    RETURN TRUE;
END
$$;

COMMENT ON FUNCTION drop_billing_partition IS
'Drops the table of a batch that a broken run left before it was attached; FALSE: there is none. Attached: refused.';

CREATE TABLE bills_small PARTITION OF bills (CONSTRAINT bills_small_batch_check CHECK (batch_no = 0)) FOR VALUES IN (0);
CREATE TABLE bill_lines_small
PARTITION OF bill_lines (CONSTRAINT bill_lines_small_batch_check CHECK (batch_no = 0)) FOR VALUES IN (0);
CREATE TABLE ledger_small PARTITION OF ledger (CONSTRAINT ledger_small_batch_check CHECK (batch_no = 0)) FOR VALUES IN (0);
CREATE TABLE pool_shares_small
PARTITION OF pool_shares (CONSTRAINT pool_shares_small_batch_check CHECK (batch_no = 0)) FOR VALUES IN (0);

ALTER TABLE bill_lines_small ADD CONSTRAINT bill_lines_small_bill_fk
FOREIGN KEY (batch_no, bill_code) REFERENCES bills_small (batch_no, bill_code);

CREATE SEQUENCE billing_batch_no AS integer;
COMMENT ON SEQUENCE billing_batch_no IS 'Numbers of batches: partitions of bills, bill_lines, ledger and pool_shares.';
