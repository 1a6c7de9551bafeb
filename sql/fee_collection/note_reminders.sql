-- Reminders of contracts about to end that went out.
--
-- Reads: nothing
-- Writes: contract_reminders, one row per contract, end and reminder
-- Rerun: writes nothing
--
-- Params:
--   contract_codes (text[]): contracts
--   end_dates (date[]): their last days, in the same order
--   days_before (integer[]): days before the end the reminder belongs to, in the same order
--   at (timestamptz): instant of the run
--   run_id (bigint): the run
INSERT INTO contract_reminders (contract_code, end_date, days_before, reminded_at, run_id)
SELECT
    g.contract_code,
    g.end_date,
    g.days_before,
    CAST(:at AS timestamptz) AS reminded_at,
    CAST(:run_id AS bigint) AS run_id
FROM
    unnest(
        CAST(:contract_codes AS text[]), CAST(:end_dates AS date[]), CAST(:days_before AS integer[])
    ) AS g (contract_code, end_date, days_before)
ON CONFLICT (contract_code, end_date, days_before) DO NOTHING
