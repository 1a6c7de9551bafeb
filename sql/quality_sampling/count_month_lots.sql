-- The lots of a month: of each agent how many items were not drawn, how many were, and the exclusive or of the hashes of
-- those not drawn. Samples nobody scored in time can give no verdict and are counted apart.
--
-- Reads: samples, quality_draws, staff; month_items (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   starts_at (timestamptz): start of the month, inclusive
--   ends_at (timestamptz): end of the month, exclusive
--   kinds (text[]): kinds of item that lots are made of
WITH waiting AS (
    SELECT
        i.staff_code,
        count(*) AS items,
        bit_xor(i.lot) AS combined
    FROM month_items AS i
    WHERE i.is_drawable AND i.subject_kind = any(CAST(:kinds AS text[]))
    GROUP BY i.staff_code
),

drawn AS (
    SELECT
        s.staff_code,
        count(*) AS items,
        count(*) FILTER (WHERE s.state <> 'expired') AS usable,
        count(*) FILTER (WHERE s.is_random AND s.state <> 'expired') AS random_usable
    FROM samples AS s
    INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
    WHERE
        s.reason IN ('random', 'minimum', 'risk')
        AND s.occurred_at >= CAST(:starts_at AS timestamptz)
        AND s.occurred_at < CAST(:ends_at AS timestamptz)
        AND d.frame_from < CAST(:ends_at AS timestamptz)
        AND s.subject_kind = any(CAST(:kinds AS text[]))
    GROUP BY s.staff_code
)

SELECT
    a.staff_code,
    a.community_code,
    a.hired_on,
    coalesce(w.items, 0) AS unsampled,
    coalesce(w.combined, 0) AS combined,
    coalesce(d.items, 0) AS sampled,
    coalesce(d.usable, 0) AS usable,
    coalesce(d.random_usable, 0) AS random_usable
FROM staff AS a
LEFT JOIN waiting AS w ON a.staff_code = w.staff_code
LEFT JOIN drawn AS d ON a.staff_code = d.staff_code
WHERE w.staff_code IS NOT NULL OR d.staff_code IS NOT NULL
ORDER BY a.staff_code
