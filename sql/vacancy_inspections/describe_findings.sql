-- INS-05: what a visit found amiss, in the words of the case it opens, and that case's code: GJ-<inspection>, or the next
-- of GJ2-<inspection>, GJ3-<inspection> … that no case has.
--
-- Reads: judged_results (temporary), cases
-- Writes: described_findings (temporary), one row per result with a finding that is new or corrected
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE described_findings ON COMMIT DROP AS
WITH new_findings AS (
    SELECT
        j.inspection_code,
        count(j.case_no) AS findings,
        count(j.former_case_code) AS former_findings
    FROM judged_results AS j
    GROUP BY j.inspection_code
    HAVING count(j.case_no) > 0
),

free_codes AS (
    SELECT
        n.inspection_code,
        k.case_code,
        row_number() OVER (PARTITION BY n.inspection_code ORDER BY k.number) AS case_no
    FROM new_findings AS n
    CROSS JOIN
        LATERAL (
            SELECT
                g.number,
                concat('GJ', CASE WHEN g.number > 1 THEN g.number END, '-', n.inspection_code) AS case_code
            FROM generate_series(1, n.findings + n.former_findings + 99) AS g (number)
        ) AS k
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM cases AS c
            WHERE c.case_code = k.case_code
        )
)

SELECT
    j.inspection_code,
    j.inspected_at,
    k.case_code,
    concat(
        '巡检发现异常：',
        concat_ws(
            '；',
            CASE WHEN NOT j.valves_off THEN '水电未关闭' END,
            CASE WHEN NOT j.installations_ok THEN '设施异常' END,
            CASE WHEN NOT j.hygiene_ok THEN '卫生异常' END,
            CASE WHEN NOT j.structure_ok THEN '房屋质量异常' END,
            nullif(btrim(j.finding), '')
        ),
        '（巡检编号 ', j.inspection_code,
        '，', to_char(j.inspected_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
        '，巡检员 ', j.staff_code,
        CASE WHEN NOT j.entered THEN '，未入户' END,
        '）'
    ) AS description
FROM judged_results AS j
LEFT JOIN free_codes AS k ON j.inspection_code = k.inspection_code AND j.case_no = k.case_no
WHERE j.has_finding AND (j.case_no IS NOT NULL OR j.is_corrected)
