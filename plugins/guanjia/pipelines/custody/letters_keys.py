"""Mails about keys that are out: to who keeps them, and to borrowers on the staff (CUST-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Paragraph,
    Section,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, more_text
from guanjia.pipelines.custody.words import clock_text, days_out_text, local_day

SHOWN_ROWS: Final = 20


def keys_letter(rows: Sequence[Row[Any]], language: str, at: datetime, code: str) -> Letter:
    """Keys of a keeper's scope that did not come back, those lent last first: they can be chased best.

    Args:
        rows: of ``list_untold_keys``; at least one.
        language: zh or en.
        at: aware instant of the run.
        code: of the list.
    """
    _ = gettext_for(language)
    subject = _.ngettext("Keys: {n} not brought back", "Keys: {n} not brought back", len(rows))
    day = local_day(at)
    today = [row for row in rows if day == local_day(row.borrowed_at)]
    oldest = max((day - local_day(row.borrowed_at)).days for row in rows)
    blocks: tuple[Block, ...] = (
        Paragraph(
            _("Keys lent to workers come back the same day; these are still out. Whoever keeps them chases them.")
        ),
        KeyFigures(
            (
                KeyFigure(_("Keys out"), str(len(rows)), tone="warning"),
                KeyFigure(_("Lent today"), str(len(today))),
                KeyFigure(
                    _("Out longest"), _.ngettext("{n} day", "{n} days", oldest), tone="bad" if oldest else "plain"
                ),
            )
        ),
        keys_table(_, rows, day),
        Section(_("What to do")),
        Bullets(
            (
                _("Call the borrower, have the key brought back, and enter when in the register of keys."),
                _("A key that is lost is reported to the centre manager; the lock of an empty unit is changed."),
                _("This mail comes again every evening until the register says that the key is back."),
            )
        ),
        Paragraph(_("List {code}, as of {instant}.", code=code, instant=instant_text(at, _.language)), tone="muted"),
    )
    return Letter(_.language, subject, subject, blocks, _("You keep the keys of these places."))


def borrowed_letter(rows: Sequence[Row[Any]], language: str, at: datetime, code: str) -> Letter:
    """Keys that the reader borrowed and did not bring back.

    Args:
        rows: of ``list_untold_keys``; at least one, all lent to the reader.
        language: zh or en.
        at: aware instant of the run.
        code: of the list.
    """
    _ = gettext_for(language)
    subject = _.ngettext("Please bring back {n} key", "Please bring back {n} keys", len(rows))
    blocks: tuple[Block, ...] = (
        Paragraph(_("You borrowed these keys; they were to be back the same day.")),
        keys_table(_, rows, local_day(at), has_borrower=False),
        Paragraph(_("Bring them back today. If you have done so, ask for it to be entered in the register of keys.")),
        Paragraph(_("List {code}, as of {instant}.", code=code, instant=instant_text(at, _.language)), tone="muted"),
    )
    return Letter(_.language, subject, subject, blocks, _("The register of keys says that you borrowed them."))


def keys_table(_: Translator, rows: Sequence[Row[Any]], day: date, *, has_borrower: bool = True) -> DataTable:
    """The keys, those lent last first, and how long they are out on the day of the mail."""
    headings = [_("Key of"), *([_("Borrower")] if has_borrower else []), _("Lent at"), _("Out since")]
    lines = []
    for row in newest_first(rows)[:SHOWN_ROWS]:
        days = (day - local_day(row.borrowed_at)).days
        cells: list[Cell | str] = [Cell(place_text(_, row), note=row.loan_code)]
        if has_borrower:
            cells.append(row.borrower)
        cells.append(clock_text(row.borrowed_at))
        cells.append(Cell(days_out_text(_, row.borrowed_at, day), "bad" if days > 0 else "warning"))
        lines.append(tuple(cells))
    return DataTable(tuple(Column(each) for each in headings), tuple(lines), more=more_text(_, len(rows), SHOWN_ROWS))


def newest_first(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Loans, those lent last first."""
    return sorted(rows, key=lambda row: (row.borrowed_at, row.loan_code), reverse=True)


def place_text(_: Translator, row: Row[Any]) -> str:
    """What a key belongs to."""
    where = row.community_name or _("company")
    return f"{where} {row.unit_code}" if row.unit_code else _("{place}, common room", place=where)
