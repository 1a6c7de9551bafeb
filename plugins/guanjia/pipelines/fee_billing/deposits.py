"""What was done with deposits goes into the books: paid back, kept, or refused with the reason (BILL-06, BILL-07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from guanjia.domain.deposits import ORDER, Deposit, Settlement, settle
from guanjia.pipelines.fee_billing import books
from guanjia.pipelines.fee_billing.allocation import lock_books
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


@dataclass(frozen=True)
class Judged:
    """An event of a deposit and what it does.

    Attributes:
        claim: the event with the deposit as the books have it.
        outcome: what is returned and kept, or why nothing is.
        held_after: still held afterwards, yuan.
    """

    claim: Row[Any]
    outcome: Settlement
    held_after: Decimal


def settle_deposits(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Settle the rows of `deposit_events` of served communities, in the order they happened.

    A deposit is held as far as its bill was posted and paid; one of a contract from before `live_from` counts as paid
    then. What does not fit is refused with the reason, and judged again by the next run. A settled event stays, unless
    its row says another amount since: then it is judged anew and the difference booked, also when it is refused.

    Args:
        transaction: open transaction.
        run: run of the pipeline.
        as_of: aware instant; events after its day are not seen.

    Returns:
        `deposits_settled` and `deposits_refused` written; zeros the second time.

    Source:
        BILL-06, BILL-07.
    """
    lock_books(transaction)
    today = as_of.astimezone(TIME_ZONE).date()
    codes = execute(transaction, "books/list_deposit_communities").scalars().all()
    live = settings_by_community(transaction, ["live_from"], today, list(codes))
    served = {code: day for code in codes if isinstance(day := live[code]["live_from"], date) and day <= today}
    claims = execute(
        transaction,
        "books/list_deposit_claims",
        community_codes=list(served),
        live_from=list(served.values()),
        day=today,
        as_of=as_of,
        event_order=list(ORDER),
    ).all()
    judged = [each for _contract, theirs in groupby(claims, _contract_of) for each in _judge(transaction, theirs)]
    changed = [each for each in judged if _is_news(each)]
    if changed:
        _write(transaction, run, changed, books.posting_day(transaction, as_of), as_of)
    refused = sum(each.outcome.refusal is not None for each in changed)
    return {"deposits_settled": len(changed) - refused, "deposits_refused": refused}


def _contract_of(claim: Row[Any]) -> str:
    return str(claim.contract_code)


def _judge(transaction: Transaction, claims: Iterable[Row[Any]]) -> list[Judged]:
    """The events of one contract, one after the other."""
    found: list[Judged] = []
    gone = Decimal(0)
    for claim in claims:
        billed = claim.billed + claim.from_before - claim.settled - gone
        deposit = Deposit(
            is_agency=claim.charge_kind == "agency_deposit",
            billed=billed,
            held=billed - claim.unpaid,
            kept_without_letting=_kept_without_letting(transaction, claim),
        )
        if claim.charge_kind in ("deposit", "agency_deposit"):
            outcome = settle(claim.event, claim.amount, deposit)
        else:
            outcome = Settlement(refusal="no_deposit")
        gone += outcome.returned + outcome.kept
        found.append(Judged(claim, outcome, deposit.held - outcome.returned - outcome.kept))
    return found


def _kept_without_letting(transaction: Transaction, claim: Row[Any]) -> Decimal:
    if claim.event != "not_let":
        return Decimal(0)
    values = settings_by_community(transaction, ["agency_deposit_kept"], claim.event_on, [claim.community_code])
    return Decimal(str(values[claim.community_code]["agency_deposit_kept"]))


def _is_news(judged: Judged) -> bool:
    """Settled now, or refused for another reason than before."""
    before = (judged.claim.reason, judged.claim.held_after)
    return judged.outcome.refusal is None or before != (judged.outcome.refusal, judged.held_after)


def _write(transaction: Transaction, run: Run, judged: list[Judged], posted_on: date, as_of: datetime) -> None:
    execute(
        transaction,
        "books/write_settlements",
        **_columns(judged),
        reasons=[each.outcome.refusal for each in judged],
        held_after=[each.held_after for each in judged],
        posted_on=posted_on,
        as_of=as_of,
        run_id=run.run_id,
    )
    execute(
        transaction,
        "books/post_deposits",
        **_columns(judged),
        charge_kinds=[each.claim.charge_kind for each in judged],
        from_before=[each.claim.from_before for each in judged],
        posted_on=posted_on,
    )


def _columns(judged: list[Judged]) -> dict[str, list[Any]]:
    return {
        "contract_codes": [each.claim.contract_code for each in judged],
        "event_on": [each.claim.event_on for each in judged],
        "events": [each.claim.event for each in judged],
        "community_codes": [each.claim.community_code for each in judged],
        "unit_codes": [each.claim.unit_code for each in judged],
        "customer_codes": [each.claim.customer_code for each in judged],
        "returned": [each.outcome.returned for each in judged],
        "kept": [each.outcome.kept for each in judged],
    }
