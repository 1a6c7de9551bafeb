-- Repair orders closed in the week with blank fields (CASE-04). A unit is asked for in the home only.
--
-- Reads: closed_cases (temporary), cases
-- Writes: frame_facts (temporary), one row per case
-- Rerun: after frame_facts was made anew
--
-- Params: none
INSERT INTO frame_facts (check_name, subject_kind, subject_code, staff_code, community_code, occurred_at, detail)
WITH repairs AS (
    SELECT
        c.case_code,
        c.staff_code,
        c.community_code,
        c.closed_at,
        concat_ws(
            ',',
            CASE WHEN k.area = 'in_home' AND k.unit_code IS NULL THEN 'unit_code' END,
            CASE WHEN k.customer_code IS NULL THEN 'customer_code' END,
            CASE WHEN k.area IS NULL THEN 'area' END,
            CASE WHEN coalesce(btrim(k.channel), '') = '' THEN 'channel' END,
            CASE WHEN coalesce(btrim(k.department), '') = '' THEN 'department' END,
            CASE WHEN k.handler IS NULL THEN 'handler' END,
            CASE WHEN coalesce(btrim(k.description), '') = '' THEN 'description' END
        ) AS blank_columns
    FROM closed_cases AS c
    INNER JOIN cases AS k ON c.case_code = k.case_code
    WHERE c.kind = 'repair'
)

SELECT
    'blank_fields',
    'case',
    r.case_code,
    r.staff_code,
    r.community_code,
    r.closed_at,
    r.blank_columns
FROM repairs AS r
WHERE r.blank_columns <> ''
