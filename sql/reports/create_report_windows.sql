-- The windows a report looks at: its own period, the one before, and earlier ones that were never computed.
--
-- What is due on a day belongs to the window in which the day ends, so that it is over when it is counted.
--
-- Reads: (nothing)
-- Writes: report_windows (temporary), one row per window
-- Rerun: after it was dropped
--
-- Params:
--   window_nos (int[]): number of each window
--   starts (timestamptz[]): first instant of each, inclusive, in the same order
--   ends (timestamptz[]): end of each, exclusive, in the same order
CREATE TEMPORARY TABLE report_windows ON COMMIT DROP AS
SELECT
    g.window_no,
    g.starts,
    g.ends,
    CAST(g.starts AT TIME ZONE 'Asia/Shanghai' AS date) AS first_due_day,
    CAST(g.ends AT TIME ZONE 'Asia/Shanghai' AS date) - 1 AS last_due_day,
    CAST((g.ends - interval '1 microsecond') AT TIME ZONE 'Asia/Shanghai' AS date) AS last_day
FROM
    unnest(CAST(:window_nos AS integer[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
        AS g (window_no, starts, ends)
