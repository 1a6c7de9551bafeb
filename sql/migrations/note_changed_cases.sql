-- Whoever writes cases or their events, intake, a pipeline or a person with psql, the next run of
-- overdue_escalations hears of it. ALWAYS: bulk loads that switch ordinary triggers off are heard of too.

CREATE FUNCTION note_changed_cases() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO case_changes (case_code) SELECT written.case_code FROM written;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION note_changed_cases IS 'Keeps the codes of cases whose row or events a statement wrote.';

CREATE TRIGGER cases_inserted AFTER INSERT ON cases
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_changed_cases();
CREATE TRIGGER cases_updated AFTER UPDATE ON cases
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_changed_cases();
CREATE TRIGGER case_events_inserted AFTER INSERT ON case_events
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_changed_cases();
CREATE TRIGGER case_events_updated AFTER UPDATE ON case_events
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_changed_cases();
CREATE TRIGGER case_events_deleted AFTER DELETE ON case_events
REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_changed_cases();

ALTER TABLE cases ENABLE ALWAYS TRIGGER cases_inserted;
ALTER TABLE cases ENABLE ALWAYS TRIGGER cases_updated;
ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_inserted;
ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_updated;
ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_deleted;
