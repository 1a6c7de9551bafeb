-- What was done with deposits and is not settled yet, or was settled with another amount than its row says by now, with the
-- deposit as the books have it: billed (or taken over from before we went live, as far as it was not given back by then),
-- still unpaid of that, settled before.
--
-- Reads: deposit_events, deposit_settlements, contracts, communities, billing_runs, bills, bill_lines, allocations
-- Writes: nothing
-- Rerun: refused events come again, settled ones only when their amount was changed
--
-- Params:
--   community_codes (text[]): communities served
--   live_from (date[]): first day served of each
--   day (date): day of the run; events after it are not seen
--   as_of (timestamptz): instant of the run; bills posted after it are not seen
--   event_order (text[]): order in which events of one day count
WITH served AS (
    SELECT
        s.community_code,
        s.live_from
    FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS s (community_code, live_from)
),

claims AS (
    SELECT
        k.contract_code,
        k.community_code,
        k.unit_code,
        k.customer_code,
        k.charge_kind,
        k.amount_once,
        k.start_date,
        s.live_from,
        e.event_on,
        e.event,
        e.amount,
        z.reason,
        z.held_after
    FROM served AS s
    INNER JOIN contracts AS k ON s.community_code = k.community_code
    INNER JOIN deposit_events AS e ON k.contract_code = e.contract_code
    LEFT JOIN deposit_settlements AS z
        ON e.contract_code = z.contract_code AND e.event_on = z.event_on AND e.event = z.event
    WHERE
        e.event_on BETWEEN s.live_from AND CAST(:day AS date)
        AND (
            z.state IS DISTINCT FROM 'settled'
            OR CASE e.event
                WHEN 'refunded' THEN e.amount <> z.returned
                WHEN 'kept' THEN e.amount <> z.kept
                ELSE e.amount NOT IN (z.returned, z.returned + z.kept)
            END
        )
),

deposits AS MATERIALIZED (
    SELECT DISTINCT
        c.contract_code,
        c.community_code,
        c.unit_code,
        c.customer_code,
        c.charge_kind,
        c.amount_once,
        c.start_date < c.live_from AND c.amount_once IS NOT NULL AS is_from_before,
        c.live_from
    FROM claims AS c
    WHERE c.charge_kind IN ('deposit', 'agency_deposit')
),

billed AS (
    SELECT
        d.contract_code,
        sum(l.amount) AS amount,
        coalesce(sum(l.amount) FILTER (WHERE r.kind = 'opening'), 0) AS opening,
        coalesce(
            sum(greatest(least(l.amount, b.total - coalesce(p.amount, 0)), 0)) FILTER (
                WHERE r.state = 'posted' AND r.kind <> 'reversal' AND l.amount > 0
            ),
            0
        ) AS unpaid
    FROM deposits AS d
    INNER JOIN bills AS b ON d.community_code = b.community_code AND d.unit_code = b.unit_code
    INNER JOIN bill_lines AS l
        ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code AND d.charge_kind = l.charge_kind
    INNER JOIN billing_runs AS r ON b.run_code = r.run_code
    LEFT JOIN LATERAL (
        SELECT sum(a.amount) AS amount
        FROM allocations AS a
        WHERE a.batch_no = b.batch_no AND a.bill_code = b.bill_code AND a.undone_at IS NULL
    ) AS p ON TRUE
    WHERE
        r.state IN ('posted', 'reversed')
        AND r.posted_at <= CAST(:as_of AS timestamptz)
        AND (
            l.charge_source = d.contract_code
            OR (d.is_from_before AND r.kind = 'opening' AND l.customer_code = d.customer_code)
        )
    GROUP BY d.contract_code
),

earlier AS (
    SELECT
        d.contract_code,
        CASE WHEN bool_or(e.event IN ('let', 'not_let')) THEN d.amount_once ELSE sum(e.amount) END AS amount
    FROM deposits AS d
    INNER JOIN deposit_events AS e ON d.contract_code = e.contract_code
    WHERE d.is_from_before AND e.event_on < d.live_from
    GROUP BY d.contract_code, d.amount_once
),

settled AS (
    SELECT
        z.contract_code,
        sum(z.returned + z.kept) AS amount
    FROM deposits AS d
    INNER JOIN deposit_settlements AS z ON d.contract_code = z.contract_code
    WHERE
        z.state = 'settled'
        AND (z.contract_code, z.event_on, z.event) NOT IN (
            SELECT
                c.contract_code,
                c.event_on,
                c.event
            FROM claims AS c
        )
    GROUP BY z.contract_code
)

SELECT
    c.contract_code,
    c.community_code,
    c.unit_code,
    c.customer_code,
    c.charge_kind,
    c.event_on,
    c.event,
    c.amount,
    c.reason,
    c.held_after,
    coalesce(b.amount, 0) AS billed,
    coalesce(b.unpaid, 0) AS unpaid,
    CASE
        WHEN d.is_from_before THEN greatest(d.amount_once - coalesce(b.opening, 0) - coalesce(f.amount, 0), 0)
        ELSE 0
    END AS from_before,
    coalesce(z.amount, 0) AS settled
FROM claims AS c
LEFT JOIN deposits AS d ON c.contract_code = d.contract_code
LEFT JOIN billed AS b ON c.contract_code = b.contract_code
LEFT JOIN earlier AS f ON c.contract_code = f.contract_code
LEFT JOIN settled AS z ON c.contract_code = z.contract_code
ORDER BY c.community_code, c.contract_code, c.event_on, array_position(CAST(:event_order AS text[]), c.event)
