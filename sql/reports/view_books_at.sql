-- Sets the instant the views on bills and arrears are seen at, for this transaction: right before a window ends.
--
-- Reads: (nothing)
-- Writes: setting guanjia.as_of of the transaction
-- Rerun: sets it again
--
-- Params:
--   ends (timestamptz): end of the window, exclusive
SELECT
    set_config(
        'guanjia.as_of', CAST(CAST(:ends AS timestamptz) - interval '1 microsecond' AS text), TRUE
    ) AS as_of
