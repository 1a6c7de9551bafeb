-- QC-01: items that may be drawn, with their hashes: those below the bounds, all of agents with few, and those below the
-- bound of their risk class. What was looked at singly says itself what it is; the others are what their groups are. Of an
-- agent and channel only so many are listed as any stratum needs. Cases are looked up one by one (OFFSET 0 keeps the planner
-- from reading all there ever were).
--
-- Reads: frame_items, call_candidates, case_candidates (temporary), cases
-- Writes: nothing
-- Rerun: the same rows for the same items
--
-- Params:
--   random_seed (bigint): seed of the random part
--   risk_seed (bigint): seed of the risk part
--   calls_below (bigint): hash up to which a call may be drawn at random, inclusive
--   cases_below (bigint): hash up to which a case may be drawn at random, inclusive
--   small_calls (text[]): agents all of whose calls may be drawn
--   small_cases (text[]): agents all of whose cases may be drawn
--   drawn_cases (text[]): agents whose cases are drawn from, for those above the pooled bound
--   pooled_cases_below (bigint): hash up to which a case of anybody may be drawn at random, inclusive
--   new_agents (text[]): new agents whose calls may be drawn by risk
--   risk_calls_below (bigint): hash up to which their calls may be drawn by risk, inclusive
--   risk_cases_below (bigint): hash up to which a case of a class counted in groups may be drawn by risk, inclusive
--   calls_needed (integer): calls that a stratum needs at most
--   cases_needed (integer): cases that a stratum needs at most
--   class_kinds (text[]): kinds of the risk classes that are drawn from
--   class_flags (text[]): their flags, in the same order as the kinds, like what follows
--   class_below (bigint[]): hashes up to which their items may be drawn by risk, inclusive
WITH found AS (
    SELECT
        i.subject_kind,
        i.subject_code,
        i.staff_code,
        i.channel,
        i.community_code,
        i.team_code,
        i.occurred_at,
        i.outcome,
        i.flags,
        i.is_late,
        i.random_hash,
        i.risk_hash,
        i.risk_hash <= w.below AS is_risky,
        TRUE AS is_looked
    FROM frame_items AS i
    LEFT JOIN unnest(
        CAST(:class_kinds AS text[]), CAST(:class_flags AS text[]), CAST(:class_below AS bigint[])
    ) AS w (subject_kind, flags, below) ON i.subject_kind = w.subject_kind AND i.flags = w.flags
    WHERE
        i.is_drawable
        AND (
            i.risk_hash <= w.below
            OR i.random_hash <= CASE i.subject_kind
                WHEN 'call' THEN CAST(:calls_below AS bigint)
                ELSE CAST(:cases_below AS bigint)
            END
            OR i.staff_code = any(
                CASE i.subject_kind
                    WHEN 'call' THEN CAST(:small_calls AS text[])
                    ELSE CAST(:small_cases AS text[])
                END
            )
        )
    UNION ALL
    SELECT
        'call',
        c.call_code,
        c.staff_code,
        c.direction,
        NULL,
        NULL,
        c.ended_at,
        CASE WHEN c.answered THEN 'answered' ELSE 'unanswered' END,
        '',
        FALSE,
        hashtextextended(c.call_code, CAST(:random_seed AS bigint)),
        hashtextextended(c.call_code, CAST(:risk_seed AS bigint)),
        c.staff_code = any(CAST(:new_agents AS text[]))
        AND hashtextextended(c.call_code, CAST(:risk_seed AS bigint)) <= CAST(:risk_calls_below AS bigint),
        FALSE
    FROM call_candidates AS c
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM frame_items AS i
            WHERE i.subject_kind = 'call' AND i.subject_code = c.call_code
        )
    UNION ALL
    SELECT
        'case',
        c.case_code,
        k.handler,
        k.channel,
        k.community_code,
        NULL,
        c.closed_at,
        k.kind,
        CASE WHEN k.kind = 'complaint' THEN 'complaint' ELSE '' END,
        FALSE,
        hashtextextended(c.case_code, CAST(:random_seed AS bigint)),
        hashtextextended(c.case_code, CAST(:risk_seed AS bigint)),
        hashtextextended(c.case_code, CAST(:risk_seed AS bigint)) <= CAST(:risk_cases_below AS bigint),
        FALSE
    FROM case_candidates AS c
    CROSS JOIN
        LATERAL (
            SELECT
                n.handler,
                n.channel,
                n.community_code,
                n.kind
            FROM cases AS n
            WHERE n.case_code = c.case_code
            OFFSET 0
        ) AS k
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM frame_items AS i
            WHERE i.subject_kind = 'case' AND i.subject_code = c.case_code
        )
        AND (
            k.handler = any(CAST(:drawn_cases AS text[]))
            OR k.handler = any(CAST(:small_cases AS text[]))
            OR hashtextextended(c.case_code, CAST(:random_seed AS bigint)) <= CAST(:pooled_cases_below AS bigint)
            OR hashtextextended(c.case_code, CAST(:risk_seed AS bigint)) <= CAST(:risk_cases_below AS bigint)
        )
),

placed AS (
    SELECT
        f.subject_kind,
        f.subject_code,
        f.staff_code,
        f.channel,
        f.community_code,
        f.team_code,
        f.occurred_at,
        f.outcome,
        f.flags,
        f.is_late,
        f.random_hash,
        f.risk_hash,
        f.is_looked,
        f.is_risky,
        row_number() OVER (
            PARTITION BY f.subject_kind, f.staff_code, f.channel, f.community_code
            ORDER BY f.random_hash, f.subject_code
        ) AS place
    FROM found AS f
)

SELECT
    p.subject_kind,
    p.subject_code,
    p.staff_code,
    p.channel,
    p.community_code,
    p.team_code,
    p.occurred_at,
    p.outcome,
    p.flags,
    p.is_late,
    p.random_hash,
    p.risk_hash,
    p.is_looked
FROM placed AS p
WHERE
    p.is_risky
    OR p.place <= CASE p.subject_kind
        WHEN 'call' THEN CAST(:calls_needed AS integer)
        ELSE CAST(:cases_needed AS integer)
    END
