-- A rule that was left out is remarked once for each fault; when it is corrected, the remark goes.
--
-- Reads: callback_remarks
-- Writes: callback_remarks, one row per rule left out
-- Rerun: only what differs
--
-- Params:
--   rule_codes (text[]): rules left out
--   faults (text[]): what is amiss with each, in the same order
--   at (timestamptz): instant of the run
--   run_id (bigint): run
WITH left_out AS (
    SELECT
        g.rule_code,
        g.fault
    FROM unnest(CAST(:rule_codes AS text[]), CAST(:faults AS text[])) AS g (rule_code, fault)
),

settled AS (
    DELETE FROM callback_remarks AS k
    WHERE
        k.kind = 'rule_unusable'
        AND NOT EXISTS (
            SELECT 1
            FROM left_out AS g
            WHERE g.rule_code = k.subject
        )
)

INSERT INTO callback_remarks (kind, subject, detail, noted_at, run_id)
SELECT
    'rule_unusable' AS kind,
    g.rule_code,
    jsonb_build_object('rule', g.rule_code, 'fault', g.fault) AS detail,
    CAST(:at AS timestamptz) AS noted_at,
    CAST(:run_id AS bigint) AS run_id
FROM left_out AS g
ON CONFLICT (kind, subject) DO UPDATE
    SET detail = excluded.detail, noted_at = excluded.noted_at, told_at = NULL, run_id = excluded.run_id
    WHERE callback_remarks.detail <> excluded.detail
