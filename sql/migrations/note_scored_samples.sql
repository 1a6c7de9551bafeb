-- Whoever writes scores, intake, or a person with psql, the next run judges them: the samples are kept here, so that a run
-- need not compare all that was ever reported with all that was ever judged. A score that is taken away changes nothing:
-- what was reported stays judged. ALWAYS: bulk loads that switch ordinary triggers off are heard of too.

CREATE FUNCTION note_scored_samples() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO quality_score_changes (sample_code) SELECT DISTINCT w.sample_code FROM written AS w;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION note_scored_samples IS 'Keeps the codes of samples of which scores were written.';

CREATE TRIGGER quality_scores_inserted AFTER INSERT ON quality_scores
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_scored_samples();
CREATE TRIGGER quality_scores_updated AFTER UPDATE ON quality_scores
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_scored_samples();

ALTER TABLE quality_scores ENABLE ALWAYS TRIGGER quality_scores_inserted;
ALTER TABLE quality_scores ENABLE ALWAYS TRIGGER quality_scores_updated;
