-- How the things kept for others stand: what is unclaimed and what of it still at the reception, which keys are out, which
-- devices were out of order lately, and what is due to be told.
-- Reads: found_property, key_loans, custody_steps
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   communities (text[]): only keys and devices of these communities; null: all
--   at (timestamptz): instant looked at
--   noted_since (date): devices from this day on, inclusive
SELECT
    (
        SELECT count(*)
        FROM found_property AS p
        WHERE p.found_at <= CAST(:at AS timestamptz) AND p.claimed_at IS NULL
    ) AS unclaimed,
    (
        SELECT count(*)
        FROM found_property AS p
        WHERE
            p.found_at <= CAST(:at AS timestamptz)
            AND p.claimed_at IS NULL
            AND NOT EXISTS (
                SELECT 1 AS one
                FROM custody_steps AS t
                WHERE
                    t.subject = p.item_code
                    AND t.step IN ('to_administration', 'handed_over', 'disposal')
                    AND t.told_at <= CAST(:at AS timestamptz)
            )
    ) AS at_reception,
    (
        SELECT count(*)
        FROM found_property AS p
        WHERE p.found_at <= CAST(:at AS timestamptz) AND p.claimed_at IS NULL AND p.valuable
    ) AS valuables,
    (
        SELECT count(*)
        FROM key_loans AS k
        WHERE
            k.borrowed_at <= CAST(:at AS timestamptz)
            AND k.returned_at IS NULL
            AND (
                CAST(:communities AS text[]) IS NULL
                OR k.community_code = any(CAST(:communities AS text[]))
            )
    ) AS keys_out,
    (
        SELECT count(*)
        FROM custody_steps AS s
        WHERE
            s.step = 'device_abnormal'
            AND s.due_on >= CAST(:noted_since AS date)
            AND s.cancelled_on IS NULL
            AND (
                CAST(:communities AS text[]) IS NULL
                OR s.community_code = any(CAST(:communities AS text[]))
            )
    ) AS devices,
    (
        SELECT count(*)
        FROM custody_steps AS s
        WHERE
            s.told_at IS NULL
            AND s.cancelled_on IS NULL
            AND (
                CAST(:communities AS text[]) IS NULL
                OR s.step IN ('to_administration', 'posted', 'handed_over', 'disposal')
                OR s.community_code = any(CAST(:communities AS text[]))
            )
    ) AS untold
