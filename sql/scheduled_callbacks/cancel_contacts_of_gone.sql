-- Care and year-end contacts of customers who live and own nothing with us any more end.
--
-- Reads: callback_contacts, called_communities (temporary), occupancies
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact that ended
-- Rerun: nothing more: only planned ones
--
-- Params:
--   day (date): day planned, Asia/Shanghai: who is in occupancy on it stays
--   at (timestamptz): its instant
--   run_id (bigint): run that does it
WITH gone AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion
    FROM callback_contacts AS x
    INNER JOIN called_communities AS k ON x.community_code = k.community_code
    WHERE
        x.state = 'planned'
        AND x.trigger IN ('care', 'year_end')
        AND NOT EXISTS (
            SELECT 1
            FROM occupancies AS p
            WHERE
                p.customer_code = x.customer_code
                AND p.start_date <= CAST(:day AS date)
                AND coalesce(p.end_date >= CAST(:day AS date), TRUE)
        )
),

cancelled AS (
    UPDATE callback_contacts AS x
    SET
        state = 'cancelled',
        closed_at = CAST(:at AS timestamptz),
        closed_reason = 'customer_gone',
        run_id = CAST(:run_id AS bigint)
    FROM gone AS g
    WHERE
        x.rule_code = g.rule_code
        AND x.subject = g.subject
        AND x.occasion = g.occasion
        AND x.state = 'planned'
    RETURNING x.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT c.callback_code
FROM cancelled AS c
