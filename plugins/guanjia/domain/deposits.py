"""Deposits are held, never revenue: what becomes of one when it is returned, kept, or a letting decided (BILL-06, 07).

An agency deposit of an owner who has us find a tenant is returned less a fixed part when no letting follows, and whole
when one does. Any other deposit is returned, or kept as far as damage was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Event = Literal["refunded", "kept", "let", "not_let"]
Refusal = Literal["no_deposit", "not_agency", "no_amount", "other_amount", "not_billed", "not_paid", "more_than_held"]

ORDER: Final = ("kept", "refunded", "let", "not_let")
"""In which order events of one day count: what is kept for damage before the rest is paid back."""

_ZERO: Final = Decimal("0.00")


@dataclass(frozen=True)
class Deposit:
    """A deposit as it stands before an event.

    Attributes:
        is_agency: an owner's deposit for having us find a tenant.
        billed: billed for it, or taken over from before we went live, less what was settled; yuan.
        held: paid of that; yuan.
        kept_without_letting: part of an agency deposit we keep when no letting follows; yuan.
    """

    is_agency: bool
    billed: Decimal
    held: Decimal
    kept_without_letting: Decimal


@dataclass(frozen=True)
class Settlement:
    """What an event does.

    Attributes:
        returned: paid back, yuan.
        kept: kept as income, yuan.
        refusal: why nothing is booked; None: it is settled.
    """

    returned: Decimal = _ZERO
    kept: Decimal = _ZERO
    refusal: Refusal | None = None


def settle(event: Event, amount: Decimal, deposit: Deposit) -> Settlement:
    """What an event does with a deposit; never more than is held.

    Example: an agency deposit of 100.00, `not_let`: 90.00 is returned and 10.00 kept; `let`: 100.00 is returned. A
    fit-out deposit of 2,000.00, `kept` 350.00 for a damaged lift, then `refunded` 1,650.00: nothing is held any more.

    Args:
        event: what was done.
        amount: amount of the event, yuan; for `let` and `not_let` the deposit, or what is returned of it.
        deposit: the deposit as it stands.

    Source:
        BILL-06, BILL-07.
    """
    if event in ("let", "not_let") and not deposit.is_agency:
        return Settlement(refusal="not_agency")
    if amount <= 0:
        return Settlement(refusal="no_amount")
    if deposit.billed <= 0:
        return Settlement(refusal="not_billed")
    if event in ("let", "not_let"):
        return _decide_agency(event, amount, deposit)
    if amount > deposit.held:
        return Settlement(refusal="not_paid" if amount <= deposit.billed else "more_than_held")
    return Settlement(returned=amount) if event == "refunded" else Settlement(kept=amount)


def _decide_agency(event: Event, amount: Decimal, deposit: Deposit) -> Settlement:
    """The whole deposit is settled; the amount must be it, or what is returned of it."""
    if deposit.held < deposit.billed:
        return Settlement(refusal="not_paid")
    kept = min(deposit.kept_without_letting, deposit.held) if event == "not_let" else _ZERO
    if amount not in (deposit.held, deposit.held - kept):
        return Settlement(refusal="more_than_held" if amount > deposit.held else "other_amount")
    return Settlement(returned=deposit.held - kept, kept=kept)
