-- Takes back remarks on results and their readings that have lost their reason: the visit is judged otherwise by now, or
-- its reading is not what the remark says. Nobody is to look for what has been put right.
--
-- Reads: judged_results, judged_readings, settled_remarks (temporary)
-- Writes: inspection_remarks, one row per remark taken back
-- Rerun: removes nothing
--
-- Params: none
DELETE FROM inspection_remarks AS r
WHERE
    (
        r.kind LIKE 'result%'
        AND r.subject IN (
            SELECT concat(j.inspection_code, ' ', to_char(j.inspected_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'))
            FROM judged_results AS j
        )
        AND (r.kind, r.subject) NOT IN (
            SELECT
                concat('result_', j.verdict),
                concat(j.inspection_code, ' ', to_char(j.inspected_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'))
            FROM judged_results AS j
        )
    )
    OR (
        (
            r.remark_id IN (
                SELECT s.remark_id
                FROM settled_remarks AS s
            )
            OR (
                r.kind IN ('reading_differs', 'reading_falls')
                AND (r.detail ->> 'inspection_code', r.detail ->> 'read_on') IN (
                    SELECT
                        j.inspection_code,
                        CAST(j.visited_on AS text)
                    FROM judged_results AS j
                    WHERE j.is_corrected
                )
            )
        )
        AND (r.kind, r.subject) NOT IN (
            SELECT
                j.outcome,
                CASE
                    WHEN j.meter_code IS NULL THEN concat_ws('/', j.community_code, j.unit_code, j.utility)
                    ELSE concat(j.meter_code, ' ', j.read_on, ' ', j.inspection_code)
                END
            FROM judged_readings AS j
        )
    )
