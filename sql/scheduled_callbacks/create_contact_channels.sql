-- Room for the contacts that go another way from a day on.
--
-- Reads: nothing
-- Writes: contact_channels (temporary), one row per contact; empty
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE contact_channels (
    rule_code text NOT NULL,
    subject text NOT NULL,
    occasion text NOT NULL,
    channel text NOT NULL,
    channel_reason text,
    PRIMARY KEY (rule_code, subject, occasion)
) ON COMMIT DROP
