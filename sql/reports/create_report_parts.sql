-- What is counted of parts of figures, by team, department or cause, before it is added up.
--
-- Reads: (nothing)
-- Writes: report_parts (temporary), none yet; later one row per window, community, kind, code and figure
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE report_parts (
    window_no integer NOT NULL,
    community_code text NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    figure text NOT NULL,
    numerator numeric,
    denominator numeric,
    PRIMARY KEY (window_no, community_code, kind, code, figure)
) ON COMMIT DROP
