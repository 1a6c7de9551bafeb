-- Who last brought a file with inputs of billing since a community's last posted run.
--
-- Reads: intake_files, intake_sheets, billing_runs, runs
-- Writes: nothing; one row at most
-- Rerun: reads only
--
-- Params:
--   community_code (text): the community
--   datasets (text[]): datasets that billing reads
--   as_of (timestamptz): files taken in later are not looked at
--   after_run (bigint): only files received after this run had begun; null: all
WITH posted AS (
    SELECT max(r.decided_at) AS decided_at
    FROM billing_runs AS r
    WHERE
        r.community_code = CAST(:community_code AS text)
        AND r.kind = 'billing'
        AND r.state IN ('posted', 'reversed')
)

SELECT f.sent_by
FROM intake_files AS f
CROSS JOIN posted AS p
WHERE
    f.outcome = 'read'
    AND f.sent_by IS NOT NULL
    AND f.as_of <= CAST(:as_of AS timestamptz)
    AND (p.decided_at IS NULL OR f.received_at > p.decided_at)
    AND (
        CAST(:after_run AS bigint) IS NULL
        OR f.received_at > (
            SELECT r.started_at
            FROM runs AS r
            WHERE r.run_id = CAST(:after_run AS bigint)
        )
    )
    AND EXISTS (
        SELECT 1
        FROM intake_sheets AS s
        WHERE s.file_id = f.file_id AND s.dataset = any(CAST(:datasets AS text[]))
    )
ORDER BY f.file_id DESC
LIMIT 1
