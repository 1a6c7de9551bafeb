-- QC-06: an error is recorded with its correction and prevention: one case per sample, GJ-Q- and the sample's code, with -2,
-- -3 … where somebody has used that code. An enquiry, which no rule calls back about; no customer has to do with it.
--
-- Reads: cases
-- Writes: cases and quality_cases, one row each per sample
-- Rerun: writes nothing
--
-- Params:
--   sample_codes (text[]): samples
--   staff_codes (text[]): agents whose error it was, in the same order as the samples, like all that follows
--   criteria (text[]): criteria that were failed, comma-separated
--   community_codes (text[]): communities
--   unit_codes (text[]): units; blank: none
--   handlers (text[]): who sees to it; blank: nobody
--   departments (text[]): departments
--   descriptions (text[]): what to correct and to prevent
--   at (timestamptz): instant the cases are opened at
--   run_id (bigint): run
WITH wanted AS (
    SELECT
        g.sample_code,
        g.staff_code,
        g.criteria,
        g.community_code,
        g.unit_code,
        g.handler,
        g.department,
        g.description
    FROM
        unnest(
            CAST(:sample_codes AS text[]),
            CAST(:staff_codes AS text[]),
            CAST(:criteria AS text[]),
            CAST(:community_codes AS text[]),
            CAST(:unit_codes AS text[]),
            CAST(:handlers AS text[]),
            CAST(:departments AS text[]),
            CAST(:descriptions AS text[])
        ) AS g (sample_code, staff_code, criteria, community_code, unit_code, handler, department, description)
),

named AS (
    SELECT
        w.sample_code,
        w.staff_code,
        w.criteria,
        w.community_code,
        w.unit_code,
        w.handler,
        w.department,
        w.description,
        n.case_code
    FROM wanted AS w
    CROSS JOIN
        LATERAL (
            SELECT concat('GJ-Q-', w.sample_code, CASE WHEN i.number > 1 THEN concat('-', i.number) END) AS case_code
            FROM generate_series(1, 99) AS i (number)
            WHERE
                NOT EXISTS (
                    SELECT 1
                    FROM cases AS o
                    WHERE
                        o.case_code
                        = concat('GJ-Q-', w.sample_code, CASE WHEN i.number > 1 THEN concat('-', i.number) END)
                )
            ORDER BY i.number
            LIMIT 1
        ) AS n
),

opened AS (
    INSERT INTO cases (
        case_code, community_code, unit_code, kind, urgency, channel, department, handler, description, opened_at
    )
    SELECT
        n.case_code,
        n.community_code,
        n.unit_code,
        'enquiry',
        'ordinary',
        '质检',
        n.department,
        n.handler,
        n.description,
        CAST(:at AS timestamptz)
    FROM named AS n
    RETURNING case_code
)

INSERT INTO quality_cases (case_code, sample_code, staff_code, criteria, department, opened_at, run_id)
SELECT
    n.case_code,
    n.sample_code,
    n.staff_code,
    n.criteria,
    n.department,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM named AS n
INNER JOIN opened AS o ON n.case_code = o.case_code
