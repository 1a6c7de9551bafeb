-- Callbacks still to be made, the most pressing first: all, or those that wait, would miss, have missed their window, or go
-- to the manager or by mail.
-- Reads: callbacks, callback_warnings
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   view (text): open (all), waiting (to be called, on nobody's list), warned (would miss its window), past (has missed it),
--       manager, or mail
--   at (timestamptz): instant of the page; waiting: only what may be called by then, inclusive
--   community_code (text): only this community; null: all
--   rule_code (text): only callbacks that answer this rule; null: all
--   staff_code (text): only on this agent's list; null: everybody's
--   customer_code (text): only this customer's; null: everybody's
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT b.callback_code
FROM callbacks AS b
LEFT JOIN callback_warnings AS k ON b.callback_code = k.callback_code AND b.due_by = k.due_by
WHERE
    b.state = 'planned'
    AND CASE CAST(:view AS text)
        WHEN 'waiting'
            THEN b.channel = 'call' AND b.staff_code IS NULL AND greatest(b.not_before, b.next_from) <= :at
        WHEN 'warned' THEN k.callback_code IS NOT NULL AND b.missed_at IS NULL
        WHEN 'past' THEN b.missed_at IS NOT NULL
        WHEN 'manager' THEN b.channel = 'manager'
        WHEN 'mail' THEN b.channel = 'mail'
        ELSE TRUE
    END
    AND (CAST(:community_code AS text) IS NULL OR b.community_code = :community_code)
    AND (CAST(:rule_code AS text) IS NULL OR :rule_code = any(string_to_array(b.rules, ',')))
    AND (CAST(:staff_code AS text) IS NULL OR b.staff_code = :staff_code)
    AND (CAST(:customer_code AS text) IS NULL OR b.customer_code = :customer_code)
ORDER BY b.due_by ASC, b.callback_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
