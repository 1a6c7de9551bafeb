-- Makes the few amounts that go to whoever pays the unit's fees quick to find among millions that name their customer.
--
-- Reads: due_amounts (temporary)
-- Writes: an index on it
-- Rerun: once per transaction
--
-- Params: none
CREATE INDEX due_amounts_for_payers_idx ON due_amounts (community_code, unit_code, period) WHERE customer_code IS NULL
