-- What communities counted for the editions a run is about to tell, with what the gate asks of each row: the community is
-- served, and what is counted lies within what it is a share of.
--
-- Reads: report_editions, report_definitions, report_figures, report_base, communities, settings, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH editions AS (
    SELECT
        e.report,
        e.period,
        e.edition,
        e.state,
        e.period_end
    FROM report_editions_to_tell(CAST(:run_id AS bigint)) AS e
),

base AS (
    SELECT
        b.report,
        b.period,
        b.edition,
        b.community_code,
        b.figure,
        b.numerator,
        b.denominator,
        b.previous_numerator,
        b.previous_denominator,
        e.period_end,
        d.unit,
        d.unit IN ('share', 'points', 'seconds') AS is_share,
        d.unit = 'share' AND d.subject <> 'money' AS is_share_of_things,
        d.figure IS NOT NULL AS is_defined,
        f.figure IS NOT NULL AS has_own_scope
    FROM report_base AS b
    INNER JOIN editions AS e ON b.report = e.report AND b.period = e.period AND b.edition = e.edition
    LEFT JOIN report_definitions AS d
        ON b.report = d.report AND b.period = d.period AND b.edition = d.edition AND b.figure = d.figure
    LEFT JOIN report_figures AS f
        ON
            b.report = f.report AND b.period = f.period AND b.edition = f.edition
            AND b.figure = f.figure AND b.community_code = f.scope
)

SELECT
    b.report,
    b.period,
    b.edition,
    b.community_code,
    b.figure,
    b.is_defined,
    b.community_code = '' OR EXISTS (
        SELECT 1 AS one
        FROM communities AS c
        INNER JOIN settings AS s ON s.community_code IS NULL OR c.community_code = s.community_code
        WHERE
            c.community_code = b.community_code
            AND s.setting = 'live_from'
            AND CAST(nullif(s.value, '') AS timestamp) AT TIME ZONE 'Asia/Shanghai' < b.period_end
    ) AS is_served,
    (b.community_code <> '') = b.has_own_scope AS is_in_its_scope,
    CASE WHEN b.is_share_of_things THEN b.numerator - b.denominator END AS numerator_over,
    CASE WHEN b.is_share_of_things THEN b.previous_numerator - b.previous_denominator END AS previous_over,
    CASE WHEN b.unit <> 'yuan' AND NOT (b.unit = 'share' AND NOT b.is_share_of_things) THEN b.numerator END AS count_of_things,
    CASE WHEN b.unit <> 'yuan' AND NOT (b.unit = 'share' AND NOT b.is_share_of_things) THEN b.denominator END AS out_of_things,
    CASE WHEN b.is_share THEN (b.numerator IS NULL) = (b.denominator IS NULL) ELSE b.denominator IS NULL END AS is_pair_whole
FROM base AS b
