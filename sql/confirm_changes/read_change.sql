-- One change of a restricted dataset: who brought it, how many rows, and a digest of exactly what it would do.
-- Reads: intake_changes, intake_files, intake_change_rows
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   change_code (text): the change
SELECT
    c.change_id AS change_id,
    c.change_code AS change_code,
    c.dataset AS dataset,
    c.state AS state,
    c.proposed_by AS proposed_by,
    c.proposed_at AS proposed_at,
    c.decided_by AS decided_by,
    c.decided_at AS decided_at,
    c.decision_note AS decision_note,
    f.file_id AS file_id,
    f.file AS file,
    n.added AS added,
    n.updated AS updated,
    n.digest AS digest
FROM intake_changes AS c
INNER JOIN intake_files AS f ON c.file_id = f.file_id
LEFT JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE w.action = 'added') AS added,
        count(*) FILTER (WHERE w.action = 'updated') AS updated,
        encode(
            sha256(
                convert_to(
                    coalesce(
                        string_agg(
                            CAST(jsonb_build_array(w.row_no, w.action, w.key, w.before, w.after) AS text),
                            chr(10)
                            ORDER BY w.row_no ASC
                        ),
                        ''
                    ),
                    'UTF8'
                )
            ),
            'hex'
        ) AS digest
    FROM intake_change_rows AS w
    WHERE w.change_id = c.change_id
) AS n ON TRUE
WHERE c.change_code = :change_code
