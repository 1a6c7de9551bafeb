-- How far weeks and months of the quality check are drawn and closed; all blank before the first run.
--
-- Reads: quality_progress
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params: none
SELECT
    max(p.drawn_to) AS drawn_to,
    max(p.month_drawn) AS month_drawn,
    max(p.month_closed) AS month_closed,
    max(p.first_day) AS first_day,
    max(p.computed_to) AS computed_to
FROM quality_progress AS p
