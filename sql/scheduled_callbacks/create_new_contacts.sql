-- What the day planned makes due, until it is written: contacts have no callback before they are merged.
--
-- Reads: nothing
-- Writes: new_contacts (temporary), empty
-- Rerun: once per transaction; later it stays as it is
--
-- Params: none
CREATE TEMPORARY TABLE IF NOT EXISTS new_contacts (
    rule_code text NOT NULL,
    subject text NOT NULL,
    occasion text NOT NULL,
    trigger text NOT NULL,
    customer_code text,
    case_code text,
    community_code text,
    triggered_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    due_by timestamptz NOT NULL,
    priority integer NOT NULL,
    max_attempts integer NOT NULL,
    channel text,
    channel_reason text,
    missed_at timestamptz,
    missed_reason text,
    explanation jsonb NOT NULL,
    callback_code text,
    PRIMARY KEY (rule_code, subject, occasion)
) ON COMMIT DROP
