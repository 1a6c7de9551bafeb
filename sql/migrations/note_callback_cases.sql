-- Whoever writes what may make a service callback due, intake, a pipeline or a person with psql, the next planning hears
-- of the case: the events that finish or reopen it, a correction of its row, a line of a paid visit. A new case without
-- events makes nothing due and is not noted. ALWAYS: bulk loads that switch ordinary triggers off are heard of too.

CREATE FUNCTION note_callback_cases() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO callback_case_changes (case_code) SELECT DISTINCT written.case_code FROM written;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION note_callback_cases IS 'Keeps the codes of cases whose row or paid lines a statement wrote.';

CREATE FUNCTION note_callback_events() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO callback_case_changes (case_code)
    SELECT DISTINCT written.case_code
    FROM written
    WHERE written.event IN ('answered', 'resolved', 'closed', 'reopened');
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION note_callback_events IS 'Keeps the codes of cases that a statement finished, answered or reopened.';

CREATE TRIGGER cases_updated_for_callbacks AFTER UPDATE ON cases
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_callback_cases();
CREATE TRIGGER paid_services_inserted_for_callbacks AFTER INSERT ON paid_services
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_callback_cases();
CREATE TRIGGER paid_services_updated_for_callbacks AFTER UPDATE ON paid_services
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_callback_cases();
CREATE TRIGGER case_events_inserted_for_callbacks AFTER INSERT ON case_events
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_callback_events();
CREATE TRIGGER case_events_updated_for_callbacks AFTER UPDATE ON case_events
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_callback_events();
CREATE TRIGGER case_events_deleted_for_callbacks AFTER DELETE ON case_events
REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_callback_events();

ALTER TABLE cases ENABLE ALWAYS TRIGGER cases_updated_for_callbacks;
ALTER TABLE paid_services ENABLE ALWAYS TRIGGER paid_services_inserted_for_callbacks;
ALTER TABLE paid_services ENABLE ALWAYS TRIGGER paid_services_updated_for_callbacks;
ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_inserted_for_callbacks;
ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_updated_for_callbacks;
ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_deleted_for_callbacks;
