-- What became of deposits: settled, or refused with the reason; a refused event is judged again each time, a settled one
-- when the amount in its row was changed.
--
-- Reads: nothing
-- Writes: deposit_settlements, one row per contract, day and event; none that says the same already
-- Rerun: changes nothing
--
-- Params:
--   contract_codes (text[]): contracts
--   event_on (date[]): day of each event
--   events (text[]): each event
--   community_codes (text[]): community of each
--   unit_codes (text[]): unit of each
--   customer_codes (text[]): customer of each
--   reasons (text[]): why each was refused; NULL: settled
--   returned (numeric[]): paid back of each, yuan
--   kept (numeric[]): kept of each, yuan
--   held_after (numeric[]): still held afterwards, yuan
--   posted_on (date): day of the entries
--   as_of (timestamptz): instant of the run
--   run_id (bigint): run that does it
INSERT INTO deposit_settlements AS z (
    contract_code, event_on, event, community_code, unit_code, customer_code, state, reason, returned, kept,
    held_after, posted_on, settled_at, run_id
)
SELECT
    j.contract_code,
    j.event_on,
    j.event,
    j.community_code,
    j.unit_code,
    j.customer_code,
    CASE WHEN j.reason IS NULL THEN 'settled' ELSE 'refused' END,
    j.reason,
    j.returned,
    j.kept,
    j.held_after,
    CASE WHEN j.reason IS NULL THEN CAST(:posted_on AS date) END,
    CAST(:as_of AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:contract_codes AS text[]),
        CAST(:event_on AS date[]),
        CAST(:events AS text[]),
        CAST(:community_codes AS text[]),
        CAST(:unit_codes AS text[]),
        CAST(:customer_codes AS text[]),
        CAST(:reasons AS text[]),
        CAST(:returned AS numeric[]),
        CAST(:kept AS numeric[]),
        CAST(:held_after AS numeric[])
    )
        AS j (
            contract_code, event_on, event, community_code, unit_code, customer_code, reason, returned, kept, held_after
        )
ON CONFLICT (contract_code, event_on, event) DO UPDATE SET
    state = excluded.state,
    reason = excluded.reason,
    returned = excluded.returned,
    kept = excluded.kept,
    held_after = excluded.held_after,
    posted_on = excluded.posted_on,
    settled_at = excluded.settled_at,
    run_id = excluded.run_id
WHERE
(z.state, z.reason, z.returned, z.kept, z.held_after)
IS DISTINCT FROM (excluded.state, excluded.reason, excluded.returned, excluded.kept, excluded.held_after)
