-- What each subject counts, before it is added up; a community left blank belongs to none.
--
-- Reads: (nothing)
-- Writes: report_counts (temporary), none yet; later one row per window, community and figure counted
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE report_counts (
    window_no integer NOT NULL,
    community_code text NOT NULL,
    figure text NOT NULL,
    numerator numeric,
    denominator numeric,
    is_provisional boolean NOT NULL DEFAULT FALSE,
    PRIMARY KEY (window_no, community_code, figure)
) ON COMMIT DROP
