-- Marks missed contacts: that the manager was told, in the transaction that writes the mails.
--
-- Reads: callback_contacts
-- Writes: callback_contacts.missed_told_at, one row per contact given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   rule_codes (text[]): rules
--   subjects (text[]): what each is about, in the same order
--   occasions (text[]): occurrence or period of each
UPDATE callback_contacts AS k
SET missed_told_at = :at
FROM
    unnest(
        CAST(:rule_codes AS text[]), CAST(:subjects AS text[]), CAST(:occasions AS text[])
    ) AS g (rule_code, subject, occasion)
WHERE
    k.rule_code = g.rule_code
    AND k.subject = g.subject
    AND k.occasion = g.occasion
    AND k.missed_told_at IS NULL
