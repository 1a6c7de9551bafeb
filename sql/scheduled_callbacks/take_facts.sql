-- What was finished or answered up to the instant of a calling day is taken, since the community is served, unless the
-- case was reopened meanwhile.
--
-- Reads: waiting_facts, called_communities, calling_days (temporary)
-- Writes: waiting_facts (what is past goes), taken_facts (temporary), one row per trigger, case and occurrence
-- Rerun: nothing is left to be taken
--
-- Params:
--   day (date): day planned, Asia/Shanghai
--   at (timestamptz): its instant, inclusive; facts after it are invisible
WITH past AS (
    DELETE FROM waiting_facts AS w
    USING called_communities AS k
    INNER JOIN calling_days AS d ON k.calendar_code = d.calendar_code
    WHERE
        w.community_code = k.community_code
        AND d.day = CAST(:day AS date)
        AND d.is_calling_day
        AND w.triggered_at <= CAST(:at AS timestamptz)
    RETURNING
        w.trigger,
        w.case_code,
        w.occasion,
        w.triggered_at,
        w.reopened_at,
        k.calendar_code,
        CAST(k.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
)

INSERT INTO taken_facts (trigger, case_code, occasion, triggered_at, calendar_code)
SELECT
    p.trigger,
    p.case_code,
    p.occasion,
    p.triggered_at,
    p.calendar_code
FROM past AS p
WHERE
    p.triggered_at >= p.live_at
    AND coalesce(p.reopened_at > CAST(:at AS timestamptz), TRUE)
