-- A billing run per community that has something to bill, in state draft, with the next attempt of its month and the
-- next place in the community's sequence of posted runs.
--
-- Example: the first run of community 001 for October 2026 is B2610-001-1; a hyphen in a community's code is doubled.
--
-- Reads: billing_runs
-- Writes: billing_runs, one row per community
-- Rerun: refused by the key while a run of the community is undecided
--
-- Params:
--   community_codes (text[]): community of each run
--   periods (text[]): month of each, YYYY-MM, in the same order, like all that follows
--   bills (bigint[]): bills
--   lines (bigint[]): bill lines
--   totals (numeric[]): sum of the bills, yuan
--   exceptions (bigint[]): things not billed
--   digests (text[]): digest of the draft
--   requested_by (text[]): who asked for it; null: nobody is known
--   batch_no (integer): batch of all bills; 0: shared by small runs
--   drafted_at (timestamptz): as_of the drafts were computed for
--   run_id (bigint): the pipeline's run
INSERT INTO billing_runs (
    run_code, period, community_code, state, bills, total, digest, requested_by, kind, attempt, batch_no, lines,
    exceptions, post_no, drafted_at, run_id
)
WITH given AS (
    SELECT
        g.community_code,
        g.period,
        g.bills,
        g.lines,
        g.total,
        g.exceptions,
        g.digest,
        g.requested_by
    FROM unnest(
        CAST(:community_codes AS text[]),
        CAST(:periods AS text[]),
        CAST(:bills AS bigint[]),
        CAST(:lines AS bigint[]),
        CAST(:totals AS numeric[]),
        CAST(:exceptions AS bigint[]),
        CAST(:digests AS text[]),
        CAST(:requested_by AS text[])
    ) AS g (community_code, period, bills, lines, total, exceptions, digest, requested_by)
),

numbered AS (
    SELECT
        g.community_code,
        coalesce(max(r.attempt) FILTER (WHERE r.period = g.period AND r.kind = 'billing'), 0) + 1 AS attempt,
        coalesce(max(r.post_no) FILTER (WHERE r.state IN ('posted', 'reversed')), 0) + 1 AS post_no
    FROM given AS g
    LEFT JOIN billing_runs AS r ON g.community_code = r.community_code
    GROUP BY g.community_code
)

SELECT
    'B' || replace(substr(g.period, 3), '-', '') || '-' || replace(g.community_code, '-', repeat('-', 2))
    || '-' || CAST(n.attempt AS text),
    g.period,
    g.community_code,
    'draft',
    g.bills,
    g.total,
    g.digest,
    g.requested_by,
    'billing',
    n.attempt,
    CAST(:batch_no AS integer),
    g.lines,
    g.exceptions,
    n.post_no,
    CAST(:drafted_at AS timestamptz),
    CAST(:run_id AS bigint)
FROM given AS g
INNER JOIN numbered AS n ON g.community_code = n.community_code
RETURNING run_code, community_code
