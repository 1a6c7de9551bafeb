-- How deadlines stood at an instant: reports judge each period as at its own end, however late they are made.
--
-- What happened in a case carries its own instant, so a deadline that was met, or ended with its case, says by itself since
-- when; and a pause that ends later leaves no due instant before that end. What moved a deadline otherwise is in the audit:
-- a booking, kind, policy or calendar that changed, a policy that gives it no more (deadline_changes), a start of higher
-- rank (deadline_former_starts). Moved or withdrawn after the instant, it stood as before at it; withdrawn before it and given
-- again after it, there was none at it.

CREATE FUNCTION former_deadlines(at_instant timestamptz)
RETURNS TABLE (case_code text, milestone text, occurrence integer, due_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
AS $$
    WITH former AS (
        SELECT DISTINCT ON (f.case_code, f.milestone, f.occurrence)
            f.case_code,
            f.milestone,
            f.occurrence,
            f.due_at
        FROM (
            SELECT
                g.case_code,
                g.milestone,
                g.occurrence,
                g.former_due_at AS due_at,
                g.changed_at AS until,
                g.change_id
            FROM deadline_changes AS g
            WHERE g.changed_at > at_instant
            UNION ALL
            SELECT
                s.case_code,
                s.milestone,
                s.occurrence,
                s.due_at,
                s.superseded_at AS until,
                0 AS change_id
            FROM deadline_former_starts AS s
            WHERE s.superseded_at >= at_instant AND s.starts_at < at_instant
        ) AS f
        ORDER BY f.case_code ASC, f.milestone ASC, f.occurrence ASC, f.until ASC, f.change_id ASC
    )

    SELECT
        f.case_code,
        f.milestone,
        f.occurrence,
        CASE
            WHEN (
                SELECT g.reason
                FROM deadline_changes AS g
                WHERE
                    g.case_code = f.case_code
                    AND g.milestone = f.milestone
                    AND g.occurrence = f.occurrence
                    AND g.changed_at <= at_instant
                ORDER BY g.changed_at DESC, g.change_id DESC
                LIMIT 1
            ) IS DISTINCT FROM 'withdrawn' THEN f.due_at
        END AS due_at
    FROM former AS f
$$;

COMMENT ON FUNCTION former_deadlines IS
'Deadlines moved or withdrawn after an instant, with the due instant they had at it; blank: paused, or none, then.';

CREATE FUNCTION deadlines_due(starts timestamptz, ends timestamptz)
RETURNS TABLE (
    case_code text,
    milestone text,
    occurrence integer,
    due_at timestamptz,
    met_at timestamptz,
    is_kept boolean,
    provisional boolean
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20000
AS $$
    WITH former AS MATERIALIZED (
        SELECT
            f.case_code,
            f.milestone,
            f.occurrence,
            f.due_at
        FROM former_deadlines(ends) AS f
    ),

    standing AS (
        SELECT
            d.case_code,
            d.milestone,
            d.occurrence,
            d.due_at,
            d.met_at,
            d.ended_at,
            d.provisional
        FROM deadlines AS d
        WHERE
            d.due_at >= starts
            AND d.due_at < ends
            AND (d.needed_at IS NULL OR d.needed_at <= d.due_at)
            AND d.ended_by IS DISTINCT FROM 'withdrawn'
            AND NOT EXISTS (
                SELECT 1
                FROM former AS f
                WHERE f.case_code = d.case_code AND f.milestone = d.milestone AND f.occurrence = d.occurrence
            )
        UNION ALL
        -- Called for when it was past due already: it belongs to the period in which there came to be such a deadline.
        SELECT
            d.case_code,
            d.milestone,
            d.occurrence,
            d.due_at,
            d.met_at,
            d.ended_at,
            d.provisional
        FROM deadlines AS d
        WHERE
            d.needed_at >= starts
            AND d.needed_at < ends
            AND d.needed_at > d.due_at
            AND d.ended_by IS DISTINCT FROM 'withdrawn'
            AND NOT EXISTS (
                SELECT 1
                FROM former AS f
                WHERE f.case_code = d.case_code AND f.milestone = d.milestone AND f.occurrence = d.occurrence
            )
        UNION ALL
        SELECT
            d.case_code,
            d.milestone,
            d.occurrence,
            f.due_at,
            d.met_at,
            CASE WHEN d.ended_by <> 'withdrawn' THEN d.ended_at END AS ended_at,
            d.provisional
        FROM former AS f
        INNER JOIN deadlines AS d
            ON f.case_code = d.case_code AND f.milestone = d.milestone AND f.occurrence = d.occurrence
        WHERE greatest(f.due_at, d.needed_at) >= starts AND greatest(f.due_at, d.needed_at) < ends AND f.due_at IS NOT NULL
    )

    SELECT
        s.case_code,
        s.milestone,
        s.occurrence,
        s.due_at,
        CASE WHEN s.met_at < ends THEN s.met_at END AS met_at,
        coalesce(s.met_at <= s.due_at, FALSE) AS is_kept,
        s.provisional
    FROM standing AS s
    -- Ended in the period without having been met: by the end of its case.
    WHERE s.met_at IS NOT NULL OR s.ended_at IS NULL OR s.ended_at >= ends
$$;

COMMENT ON FUNCTION deadlines_due IS
'Deadlines due in a period as they stood at its end: kept, met late (met_at), or running past due (met_at blank).';

CREATE FUNCTION deadlines_past_due(at_instant timestamptz)
RETURNS TABLE (case_code text, milestone text, occurrence integer, due_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
    WITH former AS MATERIALIZED (
        SELECT
            f.case_code,
            f.milestone,
            f.occurrence,
            f.due_at
        FROM former_deadlines(at_instant) AS f
    ),

    standing AS (
        SELECT
            d.case_code,
            d.milestone,
            d.occurrence,
            d.due_at,
            d.needed_at
        FROM deadlines AS d
        WHERE d.ended_at IS NULL AND d.due_at < at_instant
        UNION ALL
        SELECT
            d.case_code,
            d.milestone,
            d.occurrence,
            d.due_at,
            d.needed_at
        FROM deadlines AS d
        WHERE d.ended_at > d.due_at AND d.ended_at >= at_instant AND d.due_at < at_instant AND d.ended_by <> 'withdrawn'
    )

    SELECT
        s.case_code,
        s.milestone,
        s.occurrence,
        s.due_at
    FROM standing AS s
    WHERE
        (s.needed_at IS NULL OR s.needed_at < at_instant)
        AND NOT EXISTS (
            SELECT 1
            FROM former AS f
            WHERE f.case_code = s.case_code AND f.milestone = s.milestone AND f.occurrence = s.occurrence
        )
    UNION ALL
    SELECT
        f.case_code,
        f.milestone,
        f.occurrence,
        f.due_at
    FROM former AS f
    INNER JOIN deadlines AS d ON f.case_code = d.case_code AND f.milestone = d.milestone AND f.occurrence = d.occurrence
    WHERE
        f.due_at < at_instant
        AND (d.needed_at IS NULL OR d.needed_at < at_instant)
        AND (d.ended_at IS NULL OR d.ended_at >= at_instant OR d.ended_by = 'withdrawn')
$$;

COMMENT ON FUNCTION deadlines_past_due IS
'Deadlines that were running past due at an instant; one row per case, milestone and occurrence.';
