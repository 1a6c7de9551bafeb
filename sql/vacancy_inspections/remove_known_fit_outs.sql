-- Takes back the remark of communities in which the fit-out of every unit handed over is known by now.
--
-- Reads: units, fit_outs, inspected_communities (temporary)
-- Writes: inspection_remarks, one row per community
-- Rerun: writes nothing
--
-- Params:
--   day (date): day judged at, inclusive; handovers after it are not seen
DELETE FROM inspection_remarks AS m
USING inspected_communities AS c
WHERE
    m.kind = 'fit_out_unknown'
    AND m.subject = c.community_code
    AND c.live_from <= CAST(:day AS date)
    AND NOT EXISTS (
        SELECT 1
        FROM units AS u
        WHERE
            u.community_code = c.community_code
            AND u.unit_use IN ('residential', 'shop', 'office')
            AND u.handover_date <= CAST(:day AS date)
            AND u.fit_out IS NULL
            AND NOT EXISTS (
                SELECT 1
                FROM fit_outs AS f
                WHERE
                    f.community_code = u.community_code
                    AND f.unit_code = u.unit_code
            )
    )
