-- The incoming calls a figure counts or is a share or mean of, those not answered first.
--
-- Reads: calls, staff, register_history, cases
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as calls_in, calls_answered or queue_seconds
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

behind AS (
    SELECT
        coalesce(s.community_code, k.community_code, '') AS community_code,
        c.call_code AS code,
        CASE WHEN c.answered THEN 'answered' ELSE 'unanswered' END AS note,
        c.started_at AS happened_at,
        CASE CAST(:measure AS text)
            WHEN 'queue_seconds' THEN CAST(c.queue_seconds AS numeric)
            WHEN 'calls_answered' THEN CAST(CASE WHEN c.answered THEN 1 ELSE 0 END AS numeric)
            ELSE CAST(1 AS numeric)
        END AS numerator,
        CAST(CASE WHEN CAST(:measure AS text) <> 'calls_in' THEN 1 END AS numeric) AS denominator
    FROM calls AS c
    LEFT JOIN staff_places AS s ON c.staff_code = s.staff_code AND c.started_at >= s.from_at AND c.started_at < s.until
    LEFT JOIN cases AS k ON s.community_code IS NULL AND c.case_code = k.case_code
    LEFT JOIN places AS p ON coalesce(s.community_code, k.community_code) = p.community_code
    WHERE
        c.started_at >= CAST(:starts AS timestamptz)
        AND c.started_at < CAST(:ends AS timestamptz)
        AND c.direction = 'in'
        AND c.started_at >= coalesce(p.live_at, CAST(:first_live_at AS timestamptz))
        AND (
            p.community_code IS NOT NULL
            OR (coalesce(s.community_code, k.community_code) IS NULL AND CAST(:is_company AS boolean))
        )
        AND (CAST(:measure AS text) <> 'queue_seconds' OR c.queue_seconds IS NOT NULL)
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
ORDER BY
    CASE WHEN CAST(:measure AS text) = 'queue_seconds' THEN -b.numerator ELSE b.numerator END ASC,
    b.happened_at ASC,
    b.code ASC
LIMIT CAST(:row_limit AS integer)
