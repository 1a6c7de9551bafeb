-- What the planner must know of agents and slots.
--
-- Reads: calling_agents, calling_slots, calling_groups (temporary)
-- Writes: their statistics
-- Rerun: any time
--
-- Params: none
ANALYZE calling_agents (staff_code, scope, day), calling_slots, calling_groups
