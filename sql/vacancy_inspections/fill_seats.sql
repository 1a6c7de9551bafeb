-- Units without a place take the free seats of their group, lowest loads first, and among these the earliest days. Loads
-- of the slots left stay as even as the days gone allow. Over the seats taken the units are dealt out in walking order, by
-- inspector and day, so that those of a day are near together.
--
-- Reads: inspection_slots, inspection_placements, inspection_work_days (temporary)
-- Writes: inspection_placements (temporary), one row per unit placed
-- Rerun: fills on
--
-- Params:
--   by_company (bool): seats of the company's inspectors for anybody; else those of the community's own
--   calendar_code (text): units of communities with this calendar, on its working days
UPDATE inspection_placements AS p
SET
    staff_code = f.staff_code,
    due_on = f.day
FROM (
    WITH waiting AS (
        SELECT
            w.community_code,
            w.unit_code,
            CASE WHEN CAST(:by_company AS boolean) THEN '' ELSE w.group_code END AS group_code,
            row_number() OVER (
                PARTITION BY CASE WHEN CAST(:by_company AS boolean) THEN '' ELSE w.group_code END
                ORDER BY w.community_code, w.building_code, w.unit_code
            ) AS unit_no
        FROM inspection_placements AS w
        WHERE
            w.due_on IS NULL
            AND w.per_day > 0
            AND w.calendar_code = CAST(:calendar_code AS text)
            AND (CAST(:by_company AS boolean) OR w.group_code <> '')
    ),

    wanted AS (
        SELECT
            w.group_code,
            count(*) AS units
        FROM waiting AS w
        GROUP BY w.group_code
    ),

    newly_taken AS (
        SELECT
            q.staff_code,
            q.due_on,
            count(*) AS taken
        FROM inspection_placements AS q
        WHERE q.staff_code IS NOT NULL
        GROUP BY q.staff_code, q.due_on
    ),

    loads AS (
        SELECT
            o.group_code,
            o.staff_code,
            o.day,
            o.per_day,
            o.taken + coalesce(t.taken, 0) AS taken,
            n.units
        FROM inspection_slots AS o
        INNER JOIN wanted AS n ON o.group_code = n.group_code
        LEFT JOIN newly_taken AS t ON o.staff_code = t.staff_code AND o.day = t.due_on
        WHERE
            o.day IN (
                SELECT d.day
                FROM inspection_work_days AS d
                WHERE d.calendar_code = CAST(:calendar_code AS text)
            )
    ),

    seats AS (
        SELECT
            l.group_code,
            l.staff_code,
            l.day,
            l.units,
            row_number() OVER (PARTITION BY l.group_code ORDER BY e.seat, l.day, l.staff_code) AS rank_no
        FROM loads AS l
        CROSS JOIN LATERAL generate_series(l.taken + 1, least(l.per_day, l.taken + l.units)) AS e (seat)
    ),

    seats_taken AS (
        SELECT
            s.group_code,
            s.staff_code,
            s.day,
            row_number() OVER (PARTITION BY s.group_code ORDER BY s.staff_code, s.day, s.rank_no) AS seat_no
        FROM seats AS s
        WHERE s.rank_no <= s.units
    )

    SELECT
        w.community_code,
        w.unit_code,
        s.staff_code,
        s.day
    FROM waiting AS w
    INNER JOIN seats_taken AS s ON w.group_code = s.group_code AND w.unit_no = s.seat_no
) AS f
WHERE p.community_code = f.community_code AND p.unit_code = f.unit_code
