-- The newest files with what became of their rows, a page at a time.
-- Reads: intake_files, intake_sheets
-- Writes: nothing (one row per file, newest first)
-- Rerun: reads only
-- Params:
--   dataset (text): only files with a sheet of this dataset; null: all
--   only_rejected (boolean): only files that were refused or had a row rejected
--   before (bigint): file_id the page starts behind, exclusive; null: the newest
--   page_size (integer): rows at most
SELECT
    f.file_id AS file_id,
    f.file AS file,
    f.received_at AS received_at,
    f.place AS place,
    f.sent_by AS sent_by,
    f.outcome AS outcome,
    f.reason_code AS reason_code,
    f.reason AS reason,
    f.reason_en AS reason_en,
    f.same_as AS same_as,
    s.datasets AS datasets,
    s.rows_read AS rows_read,
    s.accepted AS accepted,
    s.unchanged AS unchanged,
    s.pending AS pending,
    s.rejected AS rejected,
    s.not_permitted AS not_permitted
FROM intake_files AS f
LEFT JOIN LATERAL (
    SELECT
        array_agg(DISTINCT i.dataset) FILTER (WHERE i.dataset IS NOT NULL) AS datasets,
        sum(i.rows_read) AS rows_read,
        sum(i.accepted) AS accepted,
        sum(i.unchanged) AS unchanged,
        sum(i.pending) AS pending,
        sum(i.rejected) AS rejected,
        count(*) FILTER (WHERE i.outcome = 'refused') AS not_permitted
    FROM intake_sheets AS i
    WHERE i.file_id = f.file_id
) AS s ON TRUE
WHERE
    (CAST(:before AS bigint) IS NULL OR f.file_id < :before)
    AND (
        CAST(:dataset AS text) IS NULL
        OR EXISTS (
            SELECT 1
            FROM intake_sheets AS d
            WHERE
                d.file_id = f.file_id
                AND d.dataset = :dataset
        )
    )
    AND (NOT :only_rejected OR f.outcome = 'refused' OR s.rejected > 0 OR s.not_permitted > 0)
ORDER BY f.file_id DESC
LIMIT CAST(:page_size AS integer)
