"""What a bill, a credit note or a notice of a void bill says, told once; mail and paper are both made from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from guanjia.domain.uppercase_amounts import uppercase_amount
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import money_text
from guanjia.pipelines.fee_billing.bill_rows import Bill, BillLine
from guanjia.pipelines.fee_billing.bill_values import money
from guanjia.pipelines.fee_billing.bill_words import is_correction, reason_words, title_words
from guanjia.pipelines.vacancy_inspections.words import date_words, month_words

Form = Literal["bill", "credit_note", "void", "receipt"]

_ORDER: Final = (
    "property",
    "parking",
    "rent",
    "water",
    "electricity",
    "shared_water",
    "shared_electricity",
    "paid_service",
    "late_fee",
    "deposit",
    "agency_deposit",
)
_TITLES: Final = {"bill": N_("Bill"), "credit_note": N_("Credit note"), "void": N_("Notice: bill is void")}


@dataclass(frozen=True)
class SheetLine:
    """A line: what for, of which month (blank: the bill's own), how it came about, amount."""

    title: str
    month: str
    reasons: tuple[str, ...]
    amount: str


@dataclass(frozen=True)
class SheetGroup:
    """Lines that belong together, and their sum (blank: the bill has one group only)."""

    heading: str
    lines: tuple[SheetLine, ...]
    total: str


@dataclass(frozen=True)
class Sheet:
    """A paper, in the payer's language.

    Attributes:
        form: bill, credit_note, void or receipt.
        title: what it is.
        addressee: the payer.
        customer_code: their code.
        facts: names and values for the head: unit, month, number, days.
        groups: the lines; none on a notice of a void bill.
        total_label: what the total is.
        total: the total in figures.
        uppercase: the total in large characters.
        steps: from the total to what is to be paid: names and amounts.
        action: what the payer is to do, one sentence.
        notes: earlier bills, credit, how to pay, whom to ask.
        small: what stands at the foot.
    """

    language: str
    form: Form
    title: str
    issuer: str
    code: str
    addressee: str
    customer_code: str
    place: str
    facts: tuple[tuple[str, str], ...]
    groups: tuple[SheetGroup, ...]
    total_label: str
    total: str
    uppercase: str
    steps: tuple[tuple[str, str], ...]
    action: str
    notes: tuple[str, ...]
    small: str


def form_of(bill: Bill) -> Form:
    """Bill, credit note (total below zero) or notice that a bill is void."""
    if bill.voided is not None:
        return "void"
    return "credit_note" if bill.total < 0 else "bill"


def sheet_of(bill: Bill, language: str) -> Sheet:
    """The paper of a bill.

    Args:
        bill: the bill.
        language: zh or en.
    """
    _ = gettext_for(language)
    form = form_of(bill)
    groups = () if form == "void" else _groups(_, bill)
    total = bill.total if bill.voided is None else bill.voided.total
    return Sheet(
        language=_.language,
        form=form,
        title=_(_TITLES[form]),
        issuer=bill.issuer,
        code=bill.bill_code if bill.voided is None else bill.voided.bill_code,
        addressee=bill.customer_name,
        customer_code=bill.customer_code,
        place=bill.place,
        facts=tuple(_facts(_, bill)),
        groups=groups,
        total_label={"bill": _("Total"), "credit_note": _("Total in your favour"), "void": _("Total of the void bill")}[
            form
        ],
        total=money_text(total),
        uppercase=uppercase_amount(total),
        steps=tuple(_steps(_, bill)),
        action=_action(_, bill),
        notes=tuple(_notes(_, bill)),
        small=_("This is not a tax invoice; we issue one on request."),
    )


def receipt_sheet(bill: Bill, paid_on: date, language: str) -> Sheet:
    """The receipt for the paid services of a bill that is paid (BILL-09).

    Args:
        bill: the bill.
        paid_on: day it was paid in full.
        language: zh or en.
    """
    _ = gettext_for(language)
    lines = sorted((line for line in bill.lines if line.charge_kind == "paid_service"), key=_place)
    total = sum((line.amount for line in lines), Decimal(0))
    return Sheet(
        language=_.language,
        form="receipt",
        title=_("Receipt of payment"),
        issuer=bill.issuer,
        code=bill.bill_code,
        addressee=bill.customer_name,
        customer_code=bill.customer_code,
        place=bill.place,
        facts=(
            (_("Unit"), bill.place),
            (_("Number"), bill.bill_code),
            (_("Issued on"), date_words(bill.posted_on, _.language)),
            (_("Paid on"), date_words(paid_on, _.language)),
        ),
        groups=(SheetGroup(_("Paid services"), tuple(_line(_, bill, line) for line in lines), ""),),
        total_label=_("Amount received"),
        total=money_text(total),
        uppercase=uppercase_amount(total),
        steps=(),
        action=_("Received {amount} for these services. Thank you.", amount=money_text(total)),
        notes=(
            _("The prices are those of the published price list."),
            bill.contact
            or _("Questions? The service centre of {community} explains every line.", community=bill.community_name),
        ),
        small=_("This is not a tax invoice; we issue one on request."),
    )


def _facts(_: Translator, bill: Bill) -> Iterable[tuple[str, str]]:
    yield _("Unit"), bill.place
    yield _("Month"), month_words(bill.period, _.language)
    if bill.voided is not None:
        yield _("Void bill"), bill.voided.bill_code
        yield _("Issued on"), date_words(bill.voided.posted_on, _.language)
        yield _("Void since"), date_words(bill.posted_on, _.language)
        return
    yield _("Number"), bill.bill_code
    yield _("Issued on"), date_words(bill.posted_on, _.language)
    if bill.total > 0:
        yield _("Due on"), date_words(bill.due_on, _.language)


# -- lines -------------------------------------------------------------------------------------------------------------


def _groups(_: Translator, bill: Bill) -> tuple[SheetGroup, ...]:
    """The month's own charges, then what earlier months add or give back."""
    own = sorted((line for line in bill.lines if not _is_earlier(bill, line)), key=_place)
    earlier = sorted((line for line in bill.lines if _is_earlier(bill, line)), key=_place)
    earlier.sort(key=lambda line: line.period, reverse=True)
    parts = [
        (_("Charges for {month}", month=month_words(bill.period, _.language)), own),
        (_("Earlier months: corrections and additions"), earlier),
    ]
    shown = [(heading, lines) for heading, lines in parts if lines]
    return tuple(
        SheetGroup(
            heading,
            tuple(_line(_, bill, line) for line in lines),
            money(sum((line.amount for line in lines), Decimal(0))) if len(shown) > 1 else "",
        )
        for heading, lines in shown
    )


def _is_earlier(bill: Bill, line: BillLine) -> bool:
    return line.period != bill.period or is_correction(line)


def _place(line: BillLine) -> tuple[int, object]:
    kind = _ORDER.index(line.charge_kind) if line.charge_kind in _ORDER else len(_ORDER)
    return kind, _natural(line.charge_source)


def _line(_: Translator, bill: Bill, line: BillLine) -> SheetLine:
    month = month_words(line.period, _.language) if _is_earlier(bill, line) else ""
    return SheetLine(title_words(_, line), month, reason_words(_, line), money(line.amount))


# -- what is to be paid ------------------------------------------------------------------------------------------------


def _steps(_: Translator, bill: Bill) -> Iterable[tuple[str, str]]:
    if bill.voided is not None:
        return
    settled = bill.total - bill.open_balance
    if bill.total > 0 and settled:
        yield _("Paid from your credit"), money(-settled)
        yield _("Left to pay"), money(bill.open_balance)
    if bill.total < 0 and settled:
        yield _("Set off against your open bills"), money(-settled)
        yield _("Left for your next bills"), money(-bill.open_balance)


def _action(_: Translator, bill: Bill) -> str:
    if bill.voided is not None:
        return _("Please do not pay bill {code} any more: it is void.", code=bill.voided.bill_code)
    if bill.total < 0:
        return _("You need not do anything: the amount is set off against your bills, the oldest first.")
    if bill.open_balance <= 0:
        return _("You need not pay anything: your credit has paid this bill.")
    due = date_words(bill.due_on, _.language)
    return _("Please pay {amount} by {day}.", amount=money_text(bill.open_balance), day=due)


def _notes(_: Translator, bill: Bill) -> Iterable[str]:
    if bill.voided is not None:
        yield _("What you paid on it stays yours: it is kept as credit and pays your other bills.")
        yield _("If anything is due for this month, a new bill follows.")
    else:
        yield from _account(_, bill)
        if bill.total > 0 and bill.open_balance > 0:
            yield from _how_to_pay(_, bill)
    yield bill.contact or _(
        "Questions? The service centre of {community} explains every line.", community=bill.community_name
    )


def _account(_: Translator, bill: Bill) -> Iterable[str]:
    """What else is open, or held, for the payer and this unit."""
    if bill.other_open > 0 and bill.other_oldest_due_on is not None:
        yield _(
            "Of other bills {amount} is still open, the oldest due on {day}.",
            amount=money_text(bill.other_open),
            day=date_words(bill.other_oldest_due_on, _.language),
        )
        if bill.open_balance > 0:
            yield _("Together with this bill: {amount}.", amount=money_text(bill.other_open + bill.open_balance))
    if bill.credit > 0:
        yield _("We hold a credit of {amount} for you; it pays your next bills.", amount=money_text(bill.credit))


def _how_to_pay(_: Translator, bill: Bill) -> Iterable[str]:
    yield bill.payment_note or _("You can pay at the service centre or by bank transfer.")
    yield _("Reference: {reference}", reference=f"{bill.unit_code} {bill.customer_name} {bill.bill_code}")


def ordered(bills: Iterable[Bill]) -> Sequence[Bill]:
    """Bills in the order in which somebody walks from door to door: by unit, numbers by their value."""
    return sorted(bills, key=lambda bill: (_natural(bill.unit_code), bill.customer_code, bill.bill_code))


def _natural(code: str) -> tuple[tuple[int, int, str], ...]:
    """``1-0902`` before ``1-1001``, ``A9`` before ``A10``."""
    parts: list[str] = []
    for sign in code:
        is_digit = sign.isascii() and sign.isdigit()
        if parts and (parts[-1][-1].isascii() and parts[-1][-1].isdigit()) == is_digit:
            parts[-1] += sign
        else:
            parts.append(sign)
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts)
