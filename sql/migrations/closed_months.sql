-- BILL-10: a closed month takes no entry any more, whoever tries to write one.

CREATE FUNCTION refuse_closed_months() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    found text;
BEGIN
    SELECT min(c.period) INTO found
    FROM (SELECT DISTINCT e.posted_on FROM entries AS e) AS d
    INNER JOIN public.period_closes AS c ON c.period = to_char(d.posted_on, 'YYYY-MM');
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'month % is closed and takes no entry', found USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION refuse_closed_months IS 'Trigger of the ledger: refuses entries of a day in a closed month.';

CREATE TRIGGER ledger_closed_months
AFTER INSERT ON ledger
REFERENCING NEW TABLE AS entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_months();
