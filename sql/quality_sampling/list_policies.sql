-- The sampling policies that stand, by kind and code. Shipped ones hold only while nobody loaded any of their own.
--
-- Reads: sampling_policies
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params: none
SELECT
    p.policy_code,
    p.subject_kind,
    p.minimum_per_agent,
    p.random_share,
    p.double_share,
    p.aql,
    p.inspection_level,
    p.weight_complaint,
    p.weight_dissatisfied,
    p.weight_reopened,
    p.weight_new_agent
FROM sampling_policies AS p
WHERE
    p.loaded_from IS NOT NULL
    OR NOT EXISTS (
        SELECT 1
        FROM sampling_policies AS o
        WHERE o.loaded_from IS NOT NULL
    )
ORDER BY p.subject_kind ASC, p.policy_code ASC
