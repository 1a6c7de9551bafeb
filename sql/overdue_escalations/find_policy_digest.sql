-- What deadline policies and ladders say now, as a digest, and the longest budget with the longest offset after it.
--
-- Reads: deadline_policies, escalation_steps
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params: none
WITH policies AS (
    SELECT
        string_agg(CAST(p AS text), ',' ORDER BY p.policy_code, p.valid_from) AS listed,
        max(
            CASE p.budget_unit WHEN 'minutes' THEN p.budget * 60 WHEN 'seconds' THEN p.budget ELSE 0 END
        ) AS budget_seconds,
        max(CASE WHEN p.budget_unit LIKE 'working_days%' THEN ceil(p.budget) ELSE 0 END) AS budget_days
    FROM deadline_policies AS p
),

steps AS (
    SELECT
        string_agg(CAST(s AS text), ',' ORDER BY s.step_code) AS listed,
        max(CASE WHEN s.offset_kind = 'percent_of_budget' THEN s."offset" ELSE 0 END) AS percent,
        max(CASE WHEN s.offset_kind <> 'percent_of_budget' THEN s."offset" * 60 ELSE 0 END) AS offset_seconds
    FROM escalation_steps AS s
)

SELECT
    md5(concat_ws('#', p.listed, s.listed)) AS digest,
    CAST(
        ceil(coalesce(p.budget_seconds, 0) * greatest(1, coalesce(s.percent, 0) / 100) + coalesce(s.offset_seconds, 0))
        AS bigint
    ) AS budget_seconds,
    CAST(ceil(coalesce(p.budget_days, 0) * greatest(1, coalesce(s.percent, 0) / 100)) AS bigint) AS budget_days
FROM policies AS p
CROSS JOIN steps AS s
