-- INS-03, INS-05: keeps the judgement of every result, and the case its finding opened. A case once opened stays.
--
-- Reads: judged_results, described_findings (temporary)
-- Writes: inspection_visits, one row per result
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
INSERT INTO inspection_visits AS v (inspection_code, inspected_at, verdict, content_digest, case_code, run_id)
SELECT
    j.inspection_code,
    j.inspected_at,
    j.verdict,
    j.content_digest,
    CASE
        WHEN j.case_no IS NULL THEN j.former_case_code
        ELSE f.case_code
    END,
    CAST(:run_id AS bigint)
FROM judged_results AS j
LEFT JOIN described_findings AS f ON j.inspection_code = f.inspection_code AND j.inspected_at = f.inspected_at
ON CONFLICT (inspection_code, inspected_at) DO UPDATE
    SET
        verdict = excluded.verdict,
        content_digest = excluded.content_digest,
        case_code = excluded.case_code,
        run_id = excluded.run_id
    WHERE
    v.verdict <> excluded.verdict
    OR v.content_digest <> excluded.content_digest
    OR v.case_code IS DISTINCT FROM excluded.case_code
