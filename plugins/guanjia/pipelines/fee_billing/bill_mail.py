"""A bill, a credit note or the notice of a void bill as a mail: the same facts as on the attached paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    Facts,
    KeyFigure,
    KeyFigures,
    Letter,
    Notice,
    Paragraph,
    Section,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.pipelines.fee_billing.bill_rows import Bill
from guanjia.pipelines.fee_billing.bill_sheet import Sheet, SheetLine, sheet_of
from guanjia.pipelines.vacancy_inspections.words import month_words

SHOWN_LINES: Final = 60
"""Lines of a bill in the mail; all stand on the attached paper."""


def bill_letter(bill: Bill, language: str) -> Letter:
    """The mail that brings a bill, a credit note or the notice that a bill is void.

    Args:
        bill: the bill, as of the instant it is told.
        language: zh or en.
    """
    _ = gettext_for(language)
    sheet = sheet_of(bill, language)
    subject = _subject(_, bill, sheet)
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(_blocks(_, sheet)),
        greeting=_("Dear {name},", name=bill.customer_name),
        reason=_("You are registered with us as the payer for this unit."),
        preheader=sheet.action,
    )


def receipt_letter(bill: Bill, sheet: Sheet) -> Letter:
    """The mail that brings the receipt for the paid services of a bill.

    Args:
        bill: the bill.
        sheet: its `receipt_sheet`.
    """
    _ = gettext_for(sheet.language)
    subject = _("Receipt for paid services: {amount}, {place}", amount=sheet.total, place=bill.place)
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(_blocks(_, sheet)),
        greeting=_("Dear {name},", name=bill.customer_name),
        reason=_("You are registered with us as the payer for this unit."),
        preheader=sheet.action,
    )


def _subject(_: Translator, bill: Bill, sheet: Sheet) -> str:
    told = {"month": month_words(bill.period, _.language), "place": bill.place, "amount": sheet.total}
    if sheet.form == "void":
        return _("Bill {code} is void: {place}", code=sheet.code, place=bill.place)
    if sheet.form == "credit_note":
        return _("Credit note {month}: {amount}, {place}", **told)
    return _("Bill {month}: {amount}, {place}", **told)


def _blocks(_: Translator, sheet: Sheet) -> Iterable[Block]:
    yield Notice(sheet.action, "plain" if sheet.form != "void" else "warning")
    yield KeyFigures((KeyFigure(sheet.total_label, sheet.total, sheet.uppercase if _.language == "zh" else ""),))
    yield Facts(sheet.facts)
    yield from _groups(_, sheet)
    if sheet.steps or sheet.form != "void":
        in_words = ((_("In words"), sheet.uppercase),)
        yield Facts(((sheet.total_label, sheet.total), *in_words, *sheet.steps))
    yield Bullets(sheet.notes)
    yield Paragraph(sheet.small, "muted")


def _groups(_: Translator, sheet: Sheet) -> Iterable[Block]:
    columns = (Column(_("Charge")), Column(_("Amount (yuan)"), "end"))
    left = SHOWN_LINES
    for group in sheet.groups:
        lines = group.lines[:left]
        left -= len(lines)
        rows = [(_charge(line), line.amount) for line in lines]
        if group.total:
            rows.append((Cell(_("Subtotal")), group.total))
        hidden = len(group.lines) - len(lines)
        more = _("… and {n} more: see the attached bill.", n=hidden) if hidden else ""
        yield Section(group.heading)
        yield DataTable(columns, tuple(rows), more=more)


def _charge(line: SheetLine) -> Cell:
    return Cell(" · ".join(filter(None, (line.title, line.month))), note=" · ".join(line.reasons))
