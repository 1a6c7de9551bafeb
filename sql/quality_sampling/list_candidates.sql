-- QC-01: items that may be drawn, with their hashes: those below their kind's bound, all of agents with few items, and
-- those below the bound of their risk class.
--
-- Reads: frame_items (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same items
--
-- Params:
--   calls_below (bigint): hash up to which a call may be drawn at random, inclusive
--   cases_below (bigint): hash up to which a case may be drawn at random, inclusive
--   small_calls (text[]): agents all of whose calls may be drawn
--   small_cases (text[]): agents all of whose cases may be drawn
--   class_kinds (text[]): kinds of the risk classes that are drawn from
--   class_flags (text[]): their flags, in the same order as the kinds, like what follows
--   class_below (bigint[]): hashes up to which their items may be drawn by risk, inclusive
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
    i.risk_hash
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
        OR i.staff_code = ANY(
            CASE i.subject_kind
                WHEN 'call' THEN CAST(:small_calls AS text[])
                ELSE CAST(:small_cases AS text[])
            END
        )
    )
