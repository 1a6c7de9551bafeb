-- Who handles a case, where, and by which channel go together: counted apart, the planner expects hundreds of times more
-- groups than there are, and counts a week's closings by one processor alone.

CREATE STATISTICS cases_groups (NDISTINCT) ON handler, channel, community_code, kind FROM cases;

COMMENT ON STATISTICS cases_groups IS 'How many combinations of handler, channel, community and kind there are.';
