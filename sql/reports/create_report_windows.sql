-- The windows a report looks at: its own period, the one before, and earlier ones that were never computed.
--
-- Reads: (nothing)
-- Writes: report_windows (temporary), one row per window; 0 is the report's own
-- Rerun: after it was dropped
--
-- Params:
--   starts (timestamptz[]): first instant of each window, inclusive, the report's own first, then backwards
--   ends (timestamptz[]): end of each, exclusive, in the same order
CREATE TEMPORARY TABLE report_windows ON COMMIT DROP AS
SELECT
    CAST(g.place - 1 AS integer) AS window_no,
    g.starts,
    g.ends,
    CAST(g.starts AT TIME ZONE 'Asia/Shanghai' AS date) AS first_day,
    CAST((g.ends - interval '1 microsecond') AT TIME ZONE 'Asia/Shanghai' AS date) AS last_day
FROM unnest(CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[])) WITH ORDINALITY AS g (starts, ends, place)
