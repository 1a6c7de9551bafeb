-- Appeals about a month's items, by what became of them.
--
-- Reads: quality_appeal_verdicts, samples
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params:
--   starts_at (timestamptz): start of the month, inclusive
--   ends_at (timestamptz): its end, exclusive
SELECT
    count(*) AS appeals,
    count(*) FILTER (WHERE v.verdict = 'refused') AS refused,
    count(*) FILTER (WHERE v.outcome = 'upheld') AS upheld,
    count(*) FILTER (WHERE v.outcome = 'changed') AS changed
FROM quality_appeal_verdicts AS v
INNER JOIN samples AS s ON v.sample_code = s.sample_code
WHERE s.occurred_at >= CAST(:starts_at AS timestamptz) AND s.occurred_at < CAST(:ends_at AS timestamptz)
