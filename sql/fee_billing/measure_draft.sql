-- The figures of a draft per community, of which its digest is made; measure_run.sql gives the same of a stored run.
-- new_exceptions: exceptions that the community's last posted run did not have.
--
-- Reads: draft_bills, due_exceptions (temporary), billing_runs, billing_exceptions
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params:
--   community_codes (text[]): communities drafted
WITH asked AS (
    SELECT a.community_code
    FROM unnest(CAST(:community_codes AS text[])) AS a (community_code)
),

billed AS (
    SELECT
        b.community_code,
        count(*) AS bills,
        sum(b.lines) AS lines,
        sum(b.total) AS total,
        sum(b.relief) AS relief,
        sum(b.line_hash) AS line_hash
    FROM draft_bills AS b
    GROUP BY b.community_code
),

last_posted AS (
    SELECT DISTINCT ON (r.community_code)
        r.community_code,
        r.run_code
    FROM billing_runs AS r
    WHERE r.kind = 'billing' AND r.state IN ('posted', 'reversed')
    ORDER BY r.community_code ASC, r.post_no DESC
),

excepted AS (
    SELECT
        e.community_code,
        count(*) AS exceptions,
        sum(hash_record_extended(row(e.kind, e.period, e.subject, e.units, e.detail), 0)) AS exception_hash,
        count(*) FILTER (WHERE x.run_code IS NULL) AS new_exceptions
    FROM due_exceptions AS e
    LEFT JOIN last_posted AS p ON e.community_code = p.community_code
    LEFT JOIN billing_exceptions AS x
        ON p.run_code = x.run_code AND e.kind = x.kind AND e.period = x.period AND e.subject = x.subject
    GROUP BY e.community_code
)

SELECT
    a.community_code,
    coalesce(b.bills, 0) AS bills,
    coalesce(b.lines, 0) AS lines,
    coalesce(b.total, 0) AS total,
    coalesce(b.relief, 0) AS relief,
    coalesce(b.line_hash, 0) AS line_hash,
    coalesce(e.exceptions, 0) AS exceptions,
    coalesce(e.exception_hash, 0) AS exception_hash,
    coalesce(e.new_exceptions, 0) AS new_exceptions
FROM asked AS a
LEFT JOIN billed AS b ON a.community_code = b.community_code
LEFT JOIN excepted AS e ON a.community_code = e.community_code
ORDER BY a.community_code ASC
