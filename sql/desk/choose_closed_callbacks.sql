-- Callbacks that are over, the latest first.
-- Reads: callbacks
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   state (text): only this state; null: any
--   ended_from (timestamptz): only those that ended at this instant or later
--   ended_until (timestamptz): only those that ended before this instant
--   community_code (text): only this community; null: all
--   rule_code (text): only callbacks that answer this rule; null: all
--   staff_code (text): only on this agent's list; null: everybody's
--   customer_code (text): only this customer's; null: everybody's
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT b.callback_code
FROM callbacks AS b
WHERE
    b.state <> 'planned'
    AND b.closed_at >= CAST(:ended_from AS timestamptz)
    AND b.closed_at < CAST(:ended_until AS timestamptz)
    AND (CAST(:state AS text) IS NULL OR b.state = :state)
    AND (CAST(:community_code AS text) IS NULL OR b.community_code = :community_code)
    AND (CAST(:rule_code AS text) IS NULL OR :rule_code = any(string_to_array(b.rules, ',')))
    AND (CAST(:staff_code AS text) IS NULL OR b.staff_code = :staff_code)
    AND (CAST(:customer_code AS text) IS NULL OR b.customer_code = :customer_code)
ORDER BY b.closed_at DESC, b.callback_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
