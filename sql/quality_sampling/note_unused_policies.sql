-- Tells once of each sampling policy that is not used, because another one of its kind has a lower code.
--
-- Reads: sampling_policies
-- Writes: quality_remarks, one row per policy
-- Rerun: nothing that is there already
--
-- Params:
--   policy_codes (text[]): policies in use
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes
INSERT INTO quality_remarks (kind, subject, detail, noted_at, run_id)
SELECT
    'policy_unusable',
    p.policy_code,
    jsonb_build_object('policy_code', p.policy_code, 'subject_kind', p.subject_kind, 'fault', 'another_of_its_kind'),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM sampling_policies AS p
WHERE
    p.policy_code <> all(CAST(:policy_codes AS text[]))
    AND (
        p.loaded_from IS NOT NULL
        OR NOT EXISTS (
            SELECT 1
            FROM sampling_policies AS o
            WHERE o.loaded_from IS NOT NULL
        )
    )
ON CONFLICT (kind, subject) DO NOTHING
