-- Changes of policies, tariffs, staff or recipients that wait for a second person.
-- Reads: intake_changes
-- Writes: nothing
-- Rerun: the same answer
SELECT
    waiting.change_code AS change_code,
    waiting.dataset AS dataset,
    waiting.proposed_at AS proposed_at
FROM intake_changes AS waiting
WHERE waiting.state = 'pending'
ORDER BY waiting.proposed_at, waiting.change_code
