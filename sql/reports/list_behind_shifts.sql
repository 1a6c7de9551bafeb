-- The shifts attendance (begun in the period) or adherence (ended in it) is a share of, those that lack most first.
--
-- Reads: roster, staff, register_history
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as attendance or adherence
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
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

shifts AS (
    SELECT
        coalesce(s.community_code, '') AS community_code,
        r.staff_code,
        r.attendance,
        r.starts_at,
        r.logged_in_minutes,
        CAST(extract(EPOCH FROM r.ends_at - r.starts_at) AS numeric) / 60 AS minutes
    FROM roster AS r
    INNER JOIN staff_places AS s
        ON r.staff_code = s.staff_code AND r.starts_at >= s.from_at AND r.starts_at < s.until
    LEFT JOIN places AS p ON s.community_code = p.community_code
    WHERE
        CASE
            WHEN CAST(:measure AS text) = 'adherence'
                THEN r.ends_at > CAST(:starts AS timestamptz) AND r.ends_at <= CAST(:ends AS timestamptz)
            ELSE r.starts_at >= CAST(:starts AS timestamptz) AND r.starts_at < CAST(:ends AS timestamptz)
        END
        AND r.attendance IN ('present', 'absent')
        AND r.starts_at >= coalesce(p.live_at, CAST(:first_live_at AS timestamptz))
        AND (p.community_code IS NOT NULL OR (s.community_code IS NULL AND CAST(:is_company AS boolean)))
),

behind AS (
    SELECT
        h.community_code,
        h.staff_code AS code,
        h.attendance AS note,
        h.starts_at AS happened_at,
        CASE
            WHEN CAST(:measure AS text) = 'adherence' THEN least(h.logged_in_minutes, h.minutes)
            ELSE CAST(CASE WHEN h.attendance = 'present' THEN 1 ELSE 0 END AS numeric)
        END AS numerator,
        CASE WHEN CAST(:measure AS text) = 'adherence' THEN h.minutes ELSE CAST(1 AS numeric) END AS denominator
    FROM shifts AS h
    WHERE
        CAST(:measure AS text) <> 'adherence'
        OR (h.attendance = 'present' AND h.logged_in_minutes IS NOT NULL)
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
ORDER BY b.denominator - b.numerator DESC, b.happened_at ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
