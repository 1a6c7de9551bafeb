-- A digest of all an edition says: the same figures, parts, targets, quoted lines and communities have the same. A figure's
-- value is what its numerator and denominator say, so it is not in it a second time.
--
-- Reads: report_sums, report_shares, report_lines, report_communities (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
WITH lines AS (
    SELECT
        concat_ws(
            '|', s.scope, s.figure, coalesce(CAST(trim_scale(s.numerator) AS text), '-'),
            coalesce(CAST(trim_scale(s.denominator) AS text), '-'), coalesce(CAST(trim_scale(s.previous) AS text), '-'),
            coalesce(CAST(trim_scale(s.target) AS text), '-'), s.is_provisional
        ) AS line
    FROM report_sums AS s
    UNION ALL
    SELECT
        concat_ws(
            '|', p.scope, p.kind, p.code, p.figure, coalesce(CAST(trim_scale(p.numerator) AS text), '-'),
            coalesce(CAST(trim_scale(p.denominator) AS text), '-')
        ) AS line
    FROM report_shares AS p
    UNION ALL
    SELECT concat_ws('|', q.scope, q.kind, q.place, q.content) AS line
    FROM report_lines AS q
    UNION ALL
    SELECT concat_ws('|', r.community_code, r.community_name, coalesce(r.region, '-'), coalesce(r.missing_calendar, '-')) AS line
    FROM report_communities AS r
)

SELECT encode(sha256(convert_to(coalesce(string_agg(l.line, chr(10) ORDER BY l.line), ''), 'UTF8')), 'hex') AS digest
FROM lines AS l
