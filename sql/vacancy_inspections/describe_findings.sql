-- INS-05: what a visit found amiss, in the words of the case it opens.
--
-- Reads: judged_results (temporary)
-- Writes: described_findings (temporary), one row per result with a finding that is new or corrected
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE described_findings ON COMMIT DROP AS
SELECT
    j.inspection_code,
    j.inspected_at,
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
WHERE j.has_finding AND (j.case_no IS NOT NULL OR j.is_corrected)
