-- The things found and kept at the reception, the keys out or the devices out of order that a figure counts.
--
-- Reads: found_property, custody_steps, key_loans, device_checks, staff, register_history
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as unclaimed, keys_out or devices_abnormal
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   last_day (date): last day the period touches
--   community_codes (text[]): communities of the scope
--   live_from (date[]): first day each is served, in the same order
--   first_live_at (timestamptz): first instant anything is served, for who has no community
--   is_company (boolean): what belongs to no community counts, too
--   row_limit (int): rows at most
WITH places AS (
    SELECT
        g.community_code,
        CAST(g.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
    FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
),

behind AS (
    SELECT
        '' AS community_code,
        p.item_code AS code,
        CASE WHEN p.valuable THEN 'valuable' ELSE 'ordinary' END AS note,
        p.found_at AS happened_at,
        CAST(1 AS numeric) AS numerator,
        CAST(NULL AS numeric) AS denominator
    FROM found_property AS p
    WHERE
        CAST(:measure AS text) = 'unclaimed'
        AND CAST(:is_company AS boolean)
        AND p.found_at >= CAST(:first_live_at AS timestamptz)
        AND p.found_at < CAST(:ends AS timestamptz)
        AND (p.claimed_at IS NULL OR p.claimed_at >= CAST(:ends AS timestamptz))
        AND p.item_code NOT IN (
            SELECT t.subject
            FROM custody_steps AS t
            WHERE
                t.step IN ('to_administration', 'handed_over', 'disposal')
                AND t.told_at < CAST(:ends AS timestamptz)
        )
    UNION ALL
    SELECT
        coalesce(k.community_code, '') AS community_code,
        k.loan_code AS code,
        'key' AS note,
        k.borrowed_at AS happened_at,
        1 AS numerator,
        NULL AS denominator
    FROM key_loans AS k
    LEFT JOIN places AS p ON k.community_code = p.community_code
    WHERE
        CAST(:measure AS text) = 'keys_out'
        AND CAST(k.borrowed_at AT TIME ZONE 'Asia/Shanghai' AS date) < CAST(:last_day AS date)
        AND (k.returned_at IS NULL OR k.returned_at >= CAST(:ends AS timestamptz))
        AND k.borrowed_at >= coalesce(p.live_at, CAST(:first_live_at AS timestamptz))
        AND (p.community_code IS NOT NULL OR (k.community_code IS NULL AND CAST(:is_company AS boolean)))
    UNION ALL
    SELECT
        coalesce(s.community_code, '') AS community_code,
        d.staff_code AS code,
        d.device AS note,
        d.checked_at AS happened_at,
        1 AS numerator,
        NULL AS denominator
    FROM device_checks AS d
    INNER JOIN staff_places AS s ON d.staff_code = s.staff_code AND d.checked_at >= s.from_at AND d.checked_at < s.until
    LEFT JOIN places AS p ON s.community_code = p.community_code
    WHERE
        CAST(:measure AS text) = 'devices_abnormal'
        AND NOT d.normal
        AND d.checked_at >= CAST(:starts AS timestamptz)
        AND d.checked_at < CAST(:ends AS timestamptz)
        AND (p.community_code IS NOT NULL OR (s.community_code IS NULL AND CAST(:is_company AS boolean)))
)

SELECT
    b.community_code,
    b.code,
    b.note,
    b.happened_at,
    b.numerator,
    b.denominator,
    count(*) OVER () AS total_rows,
    sum(b.numerator) OVER () AS total_numerator,
    sum(b.denominator) OVER () AS total_denominator
FROM behind AS b
ORDER BY b.happened_at ASC, b.community_code ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
