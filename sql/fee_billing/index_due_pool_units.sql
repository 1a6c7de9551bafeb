-- Makes the units of a building quick to find, pool by pool.
--
-- Reads: due_pool_units (temporary)
-- Writes: an index on it
-- Rerun: once per transaction
--
-- Params: none
CREATE INDEX due_pool_units_place_idx ON due_pool_units (community_code, period, building_code)
