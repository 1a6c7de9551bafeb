-- What an edition quotes from other tables and does not add up, by scope.
--
-- Reads: (nothing)
-- Writes: report_lines (temporary), none yet; later one row per scope, kind and place
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE report_lines (
    scope text NOT NULL,
    kind text NOT NULL,
    place integer NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (scope, kind, place)
) ON COMMIT DROP
