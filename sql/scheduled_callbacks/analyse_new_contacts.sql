-- What the planner must know of the day's contacts.
--
-- Reads: new_contacts (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE new_contacts (rule_code, customer_code, case_code, callback_code)
