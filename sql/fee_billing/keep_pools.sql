-- BILL-03: keeps what the shared meters' months come to, as drafted: whether billed, held or released, and which edition.
--
-- Another cost ends a release and the case of the old one; the posted run stays named until another edition is posted.
--
-- Reads: due_pools (temporary)
-- Writes: utility_pools, one row per shared meter and month whose use is known
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run that writes; blank: none
INSERT INTO utility_pools AS k (
    meter_code, period, community_code, building_code, charge_kind, apportion_by, use, cost, median_use, known_months,
    state, edition, explanation, run_id
)
SELECT
    d.meter_code,
    d.period,
    d.community_code,
    d.building_code,
    d.charge_kind,
    d.apportion_by,
    d.use,
    d.fen * 0.01,
    d.median_use,
    d.known_months,
    CASE WHEN d.fault IS NULL THEN 'billed' ELSE 'held' END,
    d.edition,
    d.explanation,
    CAST(:run_id AS bigint)
FROM due_pools AS d
WHERE d.fen IS NOT NULL
ON CONFLICT (meter_code, period) DO UPDATE
    SET
        building_code = excluded.building_code,
        charge_kind = excluded.charge_kind,
        apportion_by = excluded.apportion_by,
        use = excluded.use,
        cost = excluded.cost,
        median_use = excluded.median_use,
        known_months = excluded.known_months,
        state = CASE
            WHEN k.state = 'released' AND k.released_cost = excluded.cost THEN 'released' ELSE excluded.state
        END,
        edition = excluded.edition,
        explanation = excluded.explanation,
        case_code = CASE WHEN k.cost = excluded.cost THEN k.case_code END,
        released_by = CASE WHEN k.state = 'released' AND k.released_cost = excluded.cost THEN k.released_by END,
        released_at = CASE WHEN k.state = 'released' AND k.released_cost = excluded.cost THEN k.released_at END,
        release_reason = CASE WHEN k.state = 'released' AND k.released_cost = excluded.cost THEN k.release_reason END,
        released_cost = CASE WHEN k.state = 'released' AND k.released_cost = excluded.cost THEN k.released_cost END,
        run_id = excluded.run_id
    WHERE
    k.cost <> excluded.cost
    OR k.use <> excluded.use
    OR k.edition <> excluded.edition
    OR k.building_code IS DISTINCT FROM excluded.building_code
    OR k.apportion_by <> excluded.apportion_by
    OR k.median_use IS DISTINCT FROM excluded.median_use
    OR k.known_months <> excluded.known_months
    OR k.explanation <> excluded.explanation
    OR k.state <> excluded.state AND (k.state <> 'released' OR k.released_cost <> excluded.cost)
