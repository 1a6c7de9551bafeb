-- A week is drawn once. A call, or the closing of a case, that is loaded after the draw of its week is heard of here and
-- joins the frame of the next draw, whoever wrote it: intake, a pipeline or a person with psql. ALWAYS: bulk loads that
-- switch ordinary triggers off are heard of too. The draw locks both tables against writing, so that nothing is written
-- between what it reads and the instant it notes as drawn.

CREATE FUNCTION note_late_calls() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO quality_late_items (subject_kind, subject_code)
    SELECT 'call', w.call_code
    FROM written AS w
    WHERE w.ended_at < (SELECT p.drawn_to FROM quality_progress AS p);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION note_late_calls IS 'Keeps the codes of calls that come in after the draw of their week.';

CREATE FUNCTION note_late_closings() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO quality_late_items (subject_kind, subject_code)
    SELECT DISTINCT 'case', w.case_code
    FROM written AS w
    WHERE
        w.event_at < (SELECT p.drawn_to FROM quality_progress AS p)
        AND (
            w.event = 'closed'
            OR (
                -- closes a case only where a setting says so; elsewhere a case drawn from before would come in again
                w.event = 'resolved'
                AND EXISTS (
                    SELECT 1
                    FROM settings AS g
                    WHERE g.setting = 'quality_closing_events' AND g.value <> 'closed'
                )
            )
        );
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION note_late_closings IS 'Keeps the codes of cases whose closing comes in after the draw of its week.';

CREATE TRIGGER calls_inserted_late AFTER INSERT ON calls
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_late_calls();
CREATE TRIGGER case_events_inserted_late AFTER INSERT ON case_events
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_late_closings();

ALTER TABLE calls ENABLE ALWAYS TRIGGER calls_inserted_late;
ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_inserted_late;
