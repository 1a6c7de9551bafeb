"""A letter about overdue bills as a mail: the same text as on paper."""

from __future__ import annotations

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
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import Translator, gettext_for
from guanjia.outbox import Message
from guanjia.pipelines.fee_billing.dunning_rows import DunningLetter
from guanjia.pipelines.fee_billing.dunning_words import LetterText, letter_text

KIND: Final = "dunning_notice"
SHOWN_CODES: Final = 5
SHOWN_BILLS: Final = 100
"""Bills shown in the mail; whoever owes more gets the whole list on the attached paper."""


def dunning_mail(letter: DunningLetter) -> Letter:
    """The mail to the customer."""
    _ = gettext_for(letter.language)
    text = letter_text(letter)
    place = letter.community.name
    subject = _("{title}: {amount}, {place}", title=text.title, amount=text.total, place=place)
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            *_blocks(_, text),
            Paragraph(" · ".join((_("Letter"), *letter.notice_codes[:SHOWN_CODES])), tone="muted"),
        ),
        greeting=_("Dear {name},", name=letter.customer_name),
        reason=_("You are registered with us as the payer of these bills."),
        preheader=text.action,
    )


def dunning_message(letter: DunningLetter) -> Message:
    """The mail as a row of the outbox: one per customer, community and run day, with all its units."""
    from guanjia.domain.errors import DocumentError
    from guanjia.outbox import Attachment
    from guanjia.pipelines.fee_billing.dunning_document import dunning_document, file_name

    files: tuple[Attachment, ...] = ()
    if len(letter.bills) > SHOWN_BILLS:
        try:
            paper = dunning_document([letter])
        except DocumentError:
            paper = b""
        if paper:
            files = (Attachment(file_name(letter), "application/pdf", paper),)
    return Message(
        kind=KIND,
        business_key=letter.key,
        recipient=letter.email or "",
        mail=render(dunning_mail(letter)),
        language=letter.language,
        recipient_name=letter.customer_name,
        attachments=files,
    )


def _blocks(_: Translator, text: LetterText) -> list[Block]:
    return [
        Paragraph(text.opening),
        KeyFigures((KeyFigure(_("To be paid"), text.total, text.uppercase),)),
        Notice(text.action, "plain"),
        Section(_("What is open")),
        _table(_, text),
        Facts(text.sums),
        *(Paragraph(paragraph) for paragraph in text.paragraphs),
        Section(_("Good to know")),
        Bullets(text.notes),
    ]


def _table(_: Translator, text: LetterText) -> DataTable:
    columns = (
        Column(_("Unit")),
        Column(_("Bill")),
        Column(_("Due on")),
        Column(_("Late by")),
        Column(_("Open (yuan)"), "end"),
    )
    rows = tuple(
        (line.place, Cell(line.month, note=line.remark), line.due_on, line.late, line.amount)
        for line in text.lines[:SHOWN_BILLS]
    )
    hidden = len(text.lines) - SHOWN_BILLS
    return DataTable(columns, rows, more=_("… and {n} more on the attached letter.", n=hidden) if hidden > 0 else "")
