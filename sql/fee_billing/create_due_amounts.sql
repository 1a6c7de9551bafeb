-- Where every kind of charge puts what a unit owes for a month.
--
-- customer_code: who is billed; blank: whoever pays the unit's fees, split by days. charged_days: days the charge is for;
-- blank: all days billed. amount: yuan of the whole month, rounded once. relief: part of a shared cost the company bears
-- for the unit, yuan; with the amount it makes the unit's share.
--
-- Reads: nothing
-- Writes: due_amounts (temporary), empty; one row per month, unit, charge and source (contracts: and customer)
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_amounts (
    community_code text NOT NULL,
    unit_code text NOT NULL,
    period text NOT NULL,
    charge_kind text NOT NULL,
    charge_source text NOT NULL,
    customer_code text,
    charged_days datemultirange,
    quantity numeric,
    rate numeric,
    factor numeric,
    amount numeric NOT NULL,
    relief numeric NOT NULL DEFAULT 0,
    explanation jsonb NOT NULL
) ON COMMIT DROP
