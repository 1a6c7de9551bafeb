-- Takes back the amounts of units and charges that are held back.
--
-- Reads: due_holds (temporary)
-- Writes: due_amounts (temporary)
-- Rerun: changes nothing
--
-- Params: none
DELETE FROM due_amounts AS a
USING due_holds AS h
WHERE
    a.community_code = h.community_code
    AND a.period = h.period
    AND a.unit_code = h.unit_code
    AND (h.charge_kind IS NULL OR h.charge_kind = a.charge_kind)
    AND (h.charge_source IS NULL OR h.charge_source = a.charge_source)
