"""Whose a payment is, why it waits in suspense, and what a negative one takes back (BILL-05).

A payment is judged once and again only when its line in the register changed, while it waits in suspense, or, for one
that takes another back, when that one moved. Each change is one balanced entry: where the money should stand, less
where it stands. Payments from before a community was served belong to the time before and are not touched.

Reasons in suspense: no_unit, no_payer, several_payers, several_of_that_name, possible_duplicate; of negative payments
no_reference, unknown_reference, reference_not_assigned, more_than_paid; before_live: a corrected line that now lies
before the community was served, with 0.00. Of assigned ones: name, only_payer, developer, reference, by_hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import UnknownName, UsageError
from guanjia.pipelines.fee_billing.allocation import allocate, lock_books, prepare_undoing, undo_found
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

PIPELINE: Final = "payments"
"""Name of the DAG."""

SUITES: Final = ("fee_billing/payments", "fee_billing/allocations")
"""What its gate checks, each of the run's own rows."""

_WORK_MEM: Final = "128MB"
_BEFORE_ALL: Final = datetime(1900, 1, 1, 12, tzinfo=TIME_ZONE)


@dataclass(frozen=True)
class Decision:
    """What a person decided about a payment.

    Attributes:
        payment_code: the payment.
        by: staff code of who decided.
        community_code: community of the unit it was paid for; blank for one that takes another back.
        unit_code: the unit.
        customer_code: whose it is.
        reverses: for a negative payment, the payment it takes back.
    """

    payment_code: str
    by: str
    community_code: str | None = None
    unit_code: str | None = None
    customer_code: str | None = None
    reverses: str | None = None


def assign_payments(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Assign what was received by an instant to customers, or to suspense with a reason, and book it.

    Args:
        transaction: open transaction.
        run: the run.
        as_of: instant; payments received on a later day are not seen.

    Returns:
        Payments `assigned`, put into `suspense`, `taken_back`, and allocations `undone`; all 0 the second time.
    """
    lock_books(transaction)
    execute(transaction, "fee_billing/widen_memory", work_mem=_WORK_MEM)
    if not _find_waiting(transaction, as_of, None):
        return {"assigned": 0, "suspense": 0, "taken_back": 0, "undone": 0}
    _make_room(transaction)
    execute(transaction, "payments/judge_receipts", as_of=as_of)
    receipts = _write(transaction, run, as_of)
    _make_room(transaction)
    execute(transaction, "payments/judge_reversals")
    reversals = _write(transaction, run, as_of)
    return {name: receipts[name] + reversals[name] for name in receipts}


def pay_bills(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Let credit pay open bills in every community: credit notes first, then payments.

    Args:
        transaction: open transaction.
        run: the run.
        as_of: instant of the run.

    Returns:
        `credit_notes_used` and `allocated`; 0 the second time.
    """
    from guanjia.pipelines.fee_billing.posting import use_credit

    return dict(use_credit(transaction, run, as_of, list(_served(transaction, as_of))))


def assign_by_hand(transaction: Transaction, run: Run | None, as_of: datetime, decision: Decision) -> dict[str, int]:
    """A person says whose a payment is, or what a negative one takes back; it is booked and pays bills at once.

    It holds until the payment's line in the register changes; then the rule judges anew.

    Args:
        transaction: open transaction.
        run: the run; None: a command.
        as_of: instant of the decision.
        decision: what was decided.

    Returns:
        As `assign_payments`, and `allocated`; all 0 if it stands like that already.

    Raises:
        UnknownName: no such payment, unit, customer, or payment to take back.
        UsageError: the decision cannot be carried out; the sentence says why.
    """
    lock_books(transaction)
    payment = _read_payment(transaction, decision.payment_code)
    target = _taken_back(transaction, decision, payment) if payment.amount < 0 else _owner(transaction, decision)
    codes = [decision.payment_code]
    if not _find_waiting(transaction, as_of, codes):
        raise UsageError(f"Payment {decision.payment_code} was received after {as_of:%Y-%m-%d}; nothing was changed.")
    outside = execute(transaction, "payments/find_outside_payments", payment_codes=codes).scalars().all()
    if outside:
        raise UsageError(
            f"Payment {decision.payment_code} is from before its community was served (live_from), or the community "
            "is not served: it belongs to the time before. Nothing was changed."
        )
    _make_room(transaction)
    given = {"payment_code": decision.payment_code, "assigned_by": decision.by}
    execute(transaction, "payments/decide_payment", **given, **target)
    counts = _write(transaction, run, as_of)
    if payment.amount > 0:
        _make_room(transaction)
        execute(transaction, "payments/judge_reversals")
        followed = _write(transaction, run, as_of)
        counts = {name: count + followed[name] for name, count in counts.items()}
    return counts | allocate(transaction, run, as_of)


def _read_payment(transaction: Transaction, code: str, but: str | None = None) -> Row[Any]:
    found = execute(transaction, "payments/read_payment", payment_code=code, but_code=but).one_or_none()
    if found is None:
        raise UnknownName(f"There is no payment {code}. `guanjia export payments` lists those there are.")
    return found


def _owner(transaction: Transaction, decision: Decision) -> dict[str, str | None]:
    """Unit and customer a person named, if they are known and belong together."""
    place = f"{decision.community_code}/{decision.unit_code}"
    if decision.reverses or not (decision.community_code and decision.unit_code and decision.customer_code):
        raise UsageError(f"Payment {decision.payment_code} is money received: say for which unit and whose it is.")
    target = {
        "community_code": decision.community_code,
        "unit_code": decision.unit_code,
        "customer_code": decision.customer_code,
    }
    known = execute(transaction, "payments/read_unit_customer", **target).one()
    if not known.is_unit:
        raise UnknownName(f"There is no unit {place}. Nothing was changed.")
    if not known.is_customer:
        raise UnknownName(f"There is no customer {decision.customer_code}. Nothing was changed.")
    if not known.is_of_unit:
        raise UsageError(
            f"Customer {decision.customer_code} has never lived in {place}, had a contract or a bill for it. Name "
            "another unit or customer, or correct the occupancies first. Nothing was changed."
        )
    return {**target, "reverses": None}


def _taken_back(transaction: Transaction, decision: Decision, payment: Row[Any]) -> dict[str, str | None]:
    """Unit and customer of the payment that a negative one takes back, if its amount is enough."""
    code = decision.payment_code
    if not decision.reverses:
        raise UsageError(f"Payment {code} is negative: name the payment it takes back. Nothing was changed.")
    given = _read_payment(transaction, decision.reverses, but=code)
    if given.amount < 0 or given.state != "assigned":
        raise UsageError(f"Payment {decision.reverses} is not assigned to a customer; assign it first.")
    if given.taken_back - payment.amount > given.amount:
        raise UsageError(
            f"Payment {code} takes back {-payment.amount}, and of {decision.reverses} only "
            f"{given.amount - given.taken_back} is left. Nothing was changed."
        )
    return {
        "community_code": given.community_code,
        "unit_code": given.unit_code,
        "customer_code": given.customer_code,
        "reverses": decision.reverses,
    }


def _find_waiting(transaction: Transaction, as_of: datetime, codes: Sequence[str] | None) -> int:
    """Make the temporary table of payments to judge; returns how many they are."""
    served = _served(transaction, as_of)
    execute(transaction, "payments/drop_judged_payments")
    found = execute(
        transaction,
        "payments/create_waiting_payments",
        as_of=as_of,
        payment_codes=None if codes is None else list(codes),
        communities=list(served),
        live_from=list(served.values()),
    ).rowcount
    execute(transaction, "payments/analyse_waiting_payments")
    return int(found)


def _served(transaction: Transaction, as_of: datetime) -> dict[str, date]:
    """Communities served, with their first day."""
    codes = execute(transaction, "payments/list_communities").scalars().all()
    values = settings_by_community(transaction, ["live_from"], as_of.astimezone(TIME_ZONE).date(), codes)
    found = {code: values[code]["live_from"] for code in codes}
    return {code: live_from for code, live_from in found.items() if isinstance(live_from, date)}


def _make_room(transaction: Transaction) -> None:
    execute(transaction, "payments/drop_judgement")
    execute(transaction, "payments/create_judged_payments")


def _write(transaction: Transaction, run: Run | None, as_of: datetime) -> dict[str, int]:
    """Write and book what was judged otherwise than before, and undo what such payments can no longer pay."""
    from guanjia.pipelines.fee_billing.books import posting_day

    execute(transaction, "payments/analyse_judged_payments")
    changed = execute(transaction, "payments/create_changed_payments").rowcount
    if not changed:
        return {"assigned": 0, "suspense": 0, "taken_back": 0, "undone": 0}
    execute(transaction, "payments/analyse_changed_payments")
    execute(transaction, "payments/end_assignments", as_of=as_of)
    execute(
        transaction,
        "payments/assign_payments",
        as_of=as_of,
        posted_on=posting_day(transaction, as_of),
        first_open_day=posting_day(transaction, _BEFORE_ALL),
        run_id=None if run is None else run.run_id,
    )
    execute(transaction, "payments/book_payments")
    prepare_undoing(transaction)
    execute(transaction, "payments/find_allocations_of_payments")
    undone = undo_found(transaction, run, as_of)
    counts = execute(transaction, "payments/count_changed_payments").one()
    return {**counts._mapping, "undone": undone}
