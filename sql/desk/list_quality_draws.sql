-- Draws, the latest first, with what has been scored of each.
-- Reads: quality_draws, samples
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   page_size (integer): rows at most
--   skip (integer): rows before the page
WITH shown AS (
    SELECT
        d.draw_code AS draw_code,
        d.kind AS kind,
        d.period AS period,
        d.section AS section,
        d.frame_items AS frame_items,
        d.population AS population,
        d.late_items AS late_items,
        d.capacity AS capacity,
        d.random_items AS random_items,
        d.minimum_items AS minimum_items,
        d.risk_items AS risk_items,
        d.top_up_items AS top_up_items,
        d.audit_items AS audit_items,
        d.double_items AS double_items,
        d.dropped_items AS dropped_items,
        d.due_on AS due_on,
        d.drawn_at AS drawn_at,
        d.frame_to AS frame_to
    FROM quality_draws AS d
    ORDER BY d.drawn_at DESC, d.frame_to DESC, d.draw_code ASC
    LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
)

SELECT
    w.draw_code AS draw_code,
    w.kind AS kind,
    w.period AS period,
    w.section AS section,
    w.frame_items AS frame_items,
    w.population AS population,
    w.late_items AS late_items,
    w.capacity AS capacity,
    w.random_items AS random_items,
    w.minimum_items AS minimum_items,
    w.risk_items AS risk_items,
    w.top_up_items AS top_up_items,
    w.audit_items AS audit_items,
    w.double_items AS double_items,
    w.dropped_items AS dropped_items,
    w.due_on AS due_on,
    w.drawn_at AS drawn_at,
    n.drawn AS drawn,
    n.scored AS scored,
    n.expired AS expired
FROM shown AS w
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS drawn,
            count(*) FILTER (WHERE s.state IN ('scored', 'appealed', 'final')) AS scored,
            count(*) FILTER (WHERE s.state = 'expired') AS expired
        FROM samples AS s
        WHERE s.draw_code = w.draw_code
    ) AS n
ORDER BY w.drawn_at DESC, w.frame_to DESC, w.draw_code ASC
