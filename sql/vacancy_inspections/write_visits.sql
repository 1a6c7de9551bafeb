-- INS-03, INS-05: keeps the judgement of every result, and the case its finding opened. A case once opened stays.
--
-- Reads: judged_results (temporary)
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
        ELSE concat('GJ', CASE WHEN j.case_no > 1 THEN j.case_no END, '-', j.inspection_code)
    END,
    CAST(:run_id AS bigint)
FROM judged_results AS j
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
