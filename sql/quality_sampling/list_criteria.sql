-- The criteria in force on a day: of each the row that began last, if it is enabled. Shipped rows hold only while nobody
-- loaded any of their own.
--
-- Reads: quality_criteria
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   day (date): day in Asia/Shanghai, inclusive
WITH begun AS (
    SELECT DISTINCT ON (c.criterion)
        c.criterion,
        c.weight,
        c.critical,
        c.pass_score,
        c.enabled,
        c.valid_from,
        c.loaded_from,
        c.loaded_row
    FROM quality_criteria AS c
    WHERE
        c.valid_from <= CAST(:day AS date)
        AND (
            c.loaded_from IS NOT NULL
            OR NOT EXISTS (
                SELECT 1
                FROM quality_criteria AS o
                WHERE o.loaded_from IS NOT NULL
            )
        )
    ORDER BY c.criterion ASC, c.valid_from DESC
)

SELECT
    b.criterion,
    b.weight,
    coalesce(b.critical, FALSE) AS is_critical,
    b.pass_score
FROM begun AS b
WHERE coalesce(b.enabled, TRUE)
ORDER BY b.loaded_from ASC NULLS FIRST, b.loaded_row ASC NULLS LAST, b.criterion ASC
