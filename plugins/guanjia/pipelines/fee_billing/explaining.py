"""Why a bill, a billing run or a payment is as it is: rule, arithmetic, and the run that made it (pipelines 0.8).

Customers appear masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, text

from guanjia.domain.errors import UnknownName
from guanjia.domain.masking import mask_name, mask_text
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, money_text
from guanjia.pipelines.fee_billing.exception_words import exception_sentence
from guanjia.pipelines.fee_billing.explaining_lines import line_sentences, line_title, rule_of
from guanjia.pipelines.fee_billing.words import assignment_words, charge_words
from guanjia.pipelines.vacancy_inspections.explaining import together
from guanjia.pipelines.vacancy_inspections.words import month_words
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_TAKEN_OVER: Final = "opening/"
_BY_TARIFF: Final = "tariff"
_BILLING: Final = "billing"
"""Kind of a run that a second person approves; openings and reversals are none."""
_BILL_STATES: Final = {
    "draft": N_("It is a draft: nothing is owed yet."),
    "posted": N_("Nothing has been paid of it yet."),
    "part_paid": N_("It is paid in part."),
    "paid": N_("It is settled."),
    "reversed": N_("Its run was reversed as a whole: nothing of it is owed."),
}


def explain_bill(transaction: Transaction, bill_code: str, as_of: datetime, language: str) -> list[str]:
    """Why a bill is as high as it is, and what is open of it.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        bill_code: the bill.
        as_of: aware; what was paid after it is invisible, inclusive.
        language: zh or en.

    Returns:
        Sentences: the bill; each line with its rule and arithmetic; what was paid; what is open; the run that made it.

    Raises:
        UnknownName: there is no such bill.
    """
    _ = gettext_for(language)
    _look_at(transaction, as_of)
    found = execute(transaction, "fee_billing/read_explained_bill", bill_code=bill_code).one_or_none()
    if found is None:
        raise UnknownName(f"There is no bill {bill_code}. `guanjia export bills` lists those there are.")
    key = {"bill_code": bill_code, "batch_no": found.batch_no}
    lines = execute(transaction, "fee_billing/list_explained_lines", **key).mappings().all()
    paid = execute(transaction, "fee_billing/list_explained_allocations", **key, source_code=None, as_of=as_of).all()
    given = execute(
        transaction,
        "fee_billing/list_explained_allocations",
        bill_code=None,
        batch_no=None,
        source_code=bill_code,
        as_of=as_of,
    ).all()
    return [
        _bill(_, found),
        *(_line(_, line) for line in lines),
        *(_paid(_, row) for row in paid),
        *(_given(_, row) for row in given),
        _open(_, found),
        _made(_, found),
    ]


def explain_run(transaction: Transaction, run_code: str, as_of: datetime, language: str) -> list[str]:
    """What a billing run bills and does not, and what became of it.

    Args:
        transaction: open transaction; nothing is written.
        run_code: the billing run.
        as_of: aware; a run drafted later is not visible, inclusive.
        language: zh or en.

    Returns:
        Sentences: the run; its totals by charge; what it does not bill and why; its history.

    Raises:
        UnknownName: there is no such run.
    """
    _ = gettext_for(language)
    found = execute(transaction, "fee_billing/read_explained_run", run_code=run_code).one_or_none()
    if found is None:
        raise UnknownName(f"There is no billing run {run_code}. `guanjia export billing_runs` lists those there are.")
    if found.drafted_at > as_of:
        return [
            _(
                "Billing run {code} is not visible yet: it was drafted on {drafted}, after {as_of}, for which was "
                "asked.",
                code=run_code,
                drafted=instant_text(found.drafted_at, _.language),
                as_of=instant_text(as_of, _.language),
            )
        ]
    totals = execute(transaction, "fee_billing/sum_explained_run", run_code=run_code, batch_no=found.batch_no).all()
    exceptions = execute(transaction, "fee_billing/list_explained_exceptions", run_code=run_code).mappings().all()
    return [
        _run(_, found),
        *(_total(_, row, found.kind) for row in totals),
        *(_exception(_, row) for row in exceptions),
        together(_, _history(_, found, as_of)),
    ]


def explain_payment(transaction: Transaction, payment_code: str, as_of: datetime, language: str) -> list[str]:
    """Whose a payment is and why, and which bills it paid.

    Args:
        transaction: open transaction; nothing is written.
        payment_code: the payment.
        as_of: aware; what was assigned and paid after it is invisible, inclusive.
        language: zh or en.

    Returns:
        Sentences: the payment; whose it was taken to be, in turn; the bills it paid; what is left as credit.

    Raises:
        UnknownName: there is no such payment.
    """
    _ = gettext_for(language)
    found = execute(transaction, "fee_billing/read_explained_payment", payment_code=payment_code).one_or_none()
    if found is None:
        raise UnknownName(f"There is no payment {payment_code}. `guanjia export payments` lists those there are.")
    assigned = execute(
        transaction, "fee_billing/list_explained_assignments", payment_code=payment_code, as_of=as_of
    ).all()
    used = execute(
        transaction,
        "fee_billing/list_explained_allocations",
        bill_code=None,
        batch_no=None,
        source_code=payment_code,
        as_of=as_of,
    ).all()
    return [
        _payment(_, found),
        *([_assigned(_, row) for row in assigned] or [_("No run has dealt with it yet.")]),
        *(_given(_, row) for row in used),
        *_left(_, assigned, used),
    ]


def _look_at(transaction: Transaction, as_of: datetime) -> None:
    transaction.execute(text("SELECT set_config('guanjia.as_of', :at, TRUE)"), {"at": as_of.isoformat()})


def _bill(_: Translator, found: Row[Any]) -> str:
    return _(
        "Bill {code}: {community} {unit}, {payer}, {month}: {total}.",
        code=found.bill_code,
        community=found.community_name,
        unit=found.unit_code,
        payer=_person(found.customer_code, found.customer_name),
        month=month_words(found.period, _.language),
        total=money_text(found.total),
    )


def _line(_: Translator, line: Any) -> str:
    head = _(
        "{charge}, {month}: {amount}",
        charge=line_title(_, line),
        month=month_words(line["period"], _.language),
        amount=money_text(line["amount"]),
    ) + _grounds(_, line)
    counts = line["correction_no"] and "reverses" not in (line["explanation"] or {})
    correction = _("It is correction no. {n}.", n=line["correction_no"]) if counts else ""
    return together(_, [head, correction, *(_ended(_, each) for each in line_sentences(_, line))])


def _grounds(_: Translator, line: Any) -> str:
    """Rule and source of a line, in brackets; a balance taken over has neither, a tariff charge names its tariffs."""
    source = line["charge_source"]
    if source.startswith(_TAKEN_OVER):
        return _ended(_, "")
    if source == _BY_TARIFF:
        return _(" (rule {rule}).", rule=rule_of(line["charge_kind"]))
    return _(" (rule {rule}; from {source}).", rule=rule_of(line["charge_kind"]), source=source)


def _ended(_: Translator, sentence: str) -> str:
    stop = "。" if _.language == "zh" else "."
    return sentence if sentence.endswith((".", "。")) else sentence + stop


def _paid(_: Translator, row: Row[Any]) -> str:
    if row.source_kind == "credit_note":
        told = _("Credit note {code} paid {amount} of it.", code=row.source_code, amount=money_text(row.amount))
    else:
        told = _(
            "Payment {code} of {day} paid {amount} of it.",
            code=row.source_code,
            day=day_text(row.received_on, _.language),
            amount=money_text(row.amount),
        )
    return together(_, [told, _undone(_, row)])


def _given(_: Translator, row: Row[Any]) -> str:
    told = _(
        "It paid {amount} of bill {bill} on {day}.",
        amount=money_text(row.amount),
        bill=row.bill_code,
        day=day_text(row.allocated_on, _.language),
    )
    return together(_, [told, _undone(_, row)])


def _undone(_: Translator, row: Row[Any]) -> str:
    if row.undone_on is None:
        return ""
    return _("{code} undid that on {day}.", code=row.undone_by, day=day_text(row.undone_on, _.language))


def _open(_: Translator, found: Row[Any]) -> str:
    parts = [_(_BILL_STATES[found.state])]
    if found.state in ("posted", "part_paid"):
        parts.append(
            _(
                "Open: {amount}, due {day}.",
                amount=money_text(found.open_balance),
                day=day_text(found.due_on, _.language),
            )
            if found.total >= 0
            else _("Not used yet: {amount}.", amount=money_text(-found.open_balance))
        )
    return together(_, parts)


def _made(_: Translator, found: Row[Any]) -> str:
    parts = [_("Billing run {code} made it.", code=found.run_code)]
    if found.reverses:
        parts.append(_("It takes back run {code}.", code=found.reverses))
    if found.posted_at is not None and found.approved_by:
        parts.append(
            _(
                "{who} approved it; posted {instant}.",
                who=found.approved_by,
                instant=instant_text(found.posted_at, _.language),
            )
        )
    if found.written_by:
        parts.append(_("Written by run {run}.", run=found.written_by))
    return together(_, parts)


def _run(_: Translator, found: Row[Any]) -> str:
    told = _(
        "Billing run {code}: {community}, {month}, attempt {n}: {bills} bills with {lines} lines, {total}.",
        code=found.run_code,
        community=found.community_name,
        month=month_words(found.period, _.language),
        n=found.attempt,
        bills=f"{found.bills:,}",
        lines=f"{found.lines:,}",
        total=money_text(found.total),
    )
    extra = _("It takes back run {code}.", code=found.reverses) if found.reverses else ""
    return together(_, [told, extra])


def _total(_: Translator, row: Row[Any], kind: str) -> str:
    parts = [
        _(
            "{charge}: {amount} on {lines} lines (rule {rule}).",
            charge=charge_words(_, row.charge_kind),
            amount=money_text(row.amount),
            lines=f"{row.lines:,}",
            rule=rule_of(row.charge_kind),
        )
    ]
    if row.corrections and kind == _BILLING:
        parts.append(_.ngettext("{n} of them is a correction.", "{n} of them are corrections.", row.corrections))
    if row.relief:
        parts.append(_("We bear {amount} of it as relief.", amount=money_text(row.relief)))
    return together(_, parts)


def _exception(_: Translator, row: Any) -> str:
    parts = [_("Not billed: {sentence}", sentence=exception_sentence(_, row))]
    if row["case_code"]:
        parts.append(_("It opened case {case}.", case=row["case_code"]))
    if row["released_by"]:
        parts[0] = exception_sentence(_, row)
        parts.append(
            _("{who} released it: {reason}", who=row["released_by"], reason=mask_text(row["release_reason"] or ""))
        )
    return together(_, parts)


def _history(_: Translator, found: Row[Any], as_of: datetime) -> Iterable[str]:
    def at(instant: datetime) -> str:
        return instant_text(instant, _.language)

    yield _("Drafted {instant}.", instant=at(found.drafted_at))
    if found.requested_by and found.kind == _BILLING:
        yield _("Requested by {who}, who may not approve it.", who=found.requested_by)
    if found.checked_at is not None and found.checked_at <= as_of:
        yield _("Its gates let it pass {instant}.", instant=at(found.checked_at))
    if found.shown_at is not None and found.shown_at <= as_of:
        yield _("Approval asked for {instant}.", instant=at(found.shown_at))
    if found.decided_at is not None and found.decided_at <= as_of:
        words = (
            N_("{who} approved it {instant}.") if found.decision == "approved" else N_("{who} rejected it {instant}.")
        )
        yield _(words, who=found.approved_by, instant=at(found.decided_at))
        if found.decision_reason:
            yield _ended(_, _("Reason: {reason}", reason=mask_text(found.decision_reason)))
    if found.superseded_by:
        yield _("Run {code} took its place.", code=found.superseded_by)
    if found.posted_at is not None and found.posted_at <= as_of:
        yield _(
            "Posted {instant}, in the books on {day}, due {due}.",
            instant=at(found.posted_at),
            day=day_text(found.posted_on, _.language),
            due=day_text(found.due_on, _.language),
        )
    if found.reversed_by and found.state == "reversed":
        yield _("Run {code} reversed it as a whole.", code=found.reversed_by)
    if found.written_by:
        yield _("Written by run {run}.", run=found.written_by)


def _payment(_: Translator, found: Row[Any]) -> str:
    place = " ".join(part for part in (found.community_name or found.community_code, found.unit_code) if part)
    if not place:
        return _(
            "Payment {code}: {amount}, received {day}, from {payer}; it names no unit.",
            code=found.payment_code,
            amount=money_text(found.amount),
            day=day_text(found.received_on, _.language),
            payer=mask_name(found.payer or "") or "—",
        )
    return _(
        "Payment {code}: {amount}, received {day}, from {payer}, for {place}.",
        code=found.payment_code,
        amount=money_text(found.amount),
        day=day_text(found.received_on, _.language),
        payer=mask_name(found.payer or "") or "—",
        place=place,
    )


def _assigned(_: Translator, row: Row[Any]) -> str:
    reason = assignment_words(_, row.reason)
    day = day_text(row.assigned_on, _.language)
    if row.state == "suspense":
        told = _("It waits in suspense since {day}: {reason}.", day=day, reason=reason)
    elif row.state == "reversal":
        told = _("{day}: it takes back payment {code}.", day=day, code=row.reverses)
    else:
        told = _(
            "{day}: it is paid by {customer}, for unit {unit}: {reason}.",
            day=day,
            customer=_person(row.customer_code, row.customer_name),
            unit=row.unit_code,
            reason=reason,
        )
    by = _("{who} assigned it.", who=row.assigned_by) if row.assigned_by else ""
    run = _("Written by run {run}.", run=row.run_code) if row.run_code else ""
    return together(_, [told, by, run])


def _left(_: Translator, assigned: Sequence[Row[Any]], used: Sequence[Row[Any]]) -> Iterable[str]:
    """What of the payment pays nothing yet."""
    if not assigned or assigned[-1].state != "assigned":
        return
    left = assigned[-1].amount - sum((row.amount for row in used if row.undone_on is None), Decimal(0))
    if left > 0:
        yield _("{amount} is left as credit and pays the next bill.", amount=money_text(left))


def _person(code: str, name: str | None) -> str:
    return f"{code} ({mask_name(name or '')})" if name else code
