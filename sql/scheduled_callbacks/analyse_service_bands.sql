-- What the planner must know of the bands of service and the scopes.
--
-- Reads: service_bands, scopes_of_day (temporary)
-- Writes: their statistics
-- Rerun: any time
--
-- Params: none
ANALYZE service_bands, scopes_of_day
