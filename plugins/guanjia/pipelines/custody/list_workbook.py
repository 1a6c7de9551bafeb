"""Lists of things kept as workbooks: a table each, with room to write what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.gateways.spreadsheets.tablebook import Book, BookCell, BookColumn, BookSheet, write_book
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text
from guanjia.pipelines.custody.letters_found import FoundList, days_kept, kept_text, list_title
from guanjia.pipelines.custody.letters_keys import newest_first
from guanjia.pipelines.custody.words import device_words, local_day


def found_workbook(found: FoundList, language: str) -> bytes:
    """A list of found things.

    Args:
        found: the list.
        language: zh or en.
    """
    _ = gettext_for(language)
    title = list_title(found, language)
    columns = (
        BookColumn(_("Item number"), width=16),
        BookColumn(_("Thing"), width=34, is_wrapped=True),
        BookColumn(_("Valuable"), width=10),
        BookColumn(_("Found at"), "instant", 18),
        BookColumn(_("Where"), width=18, is_wrapped=True),
        BookColumn(_("Days kept"), "count", 12),
        BookColumn(_("Notice until"), "day", 14),
        BookColumn(_("Kept at"), width=20),
        BookColumn(_("What becomes of it") if found.step == "disposal" else _("Remark"), width=26, is_wrapped=True),
    )
    rows: list[tuple[BookCell, ...]] = [
        (
            row.item_code,
            row.item,
            _("yes") if row.valuable else _("no"),
            row.found_at,
            row.place or "",
            days_kept(found, row),
            found.until or row.posted_until,
            kept_text(_, row),
            "",
        )
        for row in found.rows
    ]
    after = (_("Handed over by: ______________    Taken over by: ______________    Date: ______________"),)
    return _book(_, title, found.code, columns, rows, found.at, after=() if found.step == "posted" else after)


def keys_workbook(rows: Sequence[Row[Any]], language: str, at: datetime) -> bytes:
    """All keys of a keeper's scope that are out, those lent last first.

    Args:
        rows: of ``list_untold_keys``.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    columns = (
        BookColumn(_("Loan"), width=16),
        BookColumn(_("Community"), width=20),
        BookColumn(_("Unit"), width=12),
        BookColumn(_("Borrower"), width=26, is_wrapped=True),
        BookColumn(_("Lent at"), "instant", 18),
        BookColumn(_("Days out"), "count", 12),
        BookColumn(_("Remark"), width=26, is_wrapped=True),
    )
    cells: list[tuple[BookCell, ...]] = [
        (
            row.loan_code,
            row.community_name or "",
            row.unit_code or "",
            row.borrower,
            row.borrowed_at,
            (local_day(at) - local_day(row.borrowed_at)).days,
            "",
        )
        for row in newest_first(rows)
    ]
    return _book(_, _("Keys that are out"), "", columns, cells, at)


def devices_workbook(rows: Sequence[Row[Any]], language: str, at: datetime) -> bytes:
    """All devices out of order of a mail.

    Args:
        rows: of ``list_untold_devices``, step device_abnormal.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    columns = (
        BookColumn(_("Device"), width=14),
        BookColumn(_("Place"), width=20),
        BookColumn(_("Found"), "instant", 18),
        BookColumn(_("Checked by"), width=14),
        BookColumn(_("What is wrong"), width=34, is_wrapped=True),
        BookColumn(_("Remark"), width=26, is_wrapped=True),
    )
    cells: list[tuple[BookCell, ...]] = [
        (
            device_words(_, row.device),
            row.community_name or _("company"),
            row.checked_at,
            row.staff_code,
            row.note or "",
            "",
        )
        for row in rows
    ]
    return _book(_, _("Devices out of order"), "", columns, cells, at)


def _book(
    _: Translator,
    title: str,
    code: str,
    columns: tuple[BookColumn, ...],
    rows: Sequence[Sequence[BookCell]],
    at: datetime,
    *,
    after: tuple[str, ...] = (),
) -> bytes:
    note = _("As of {instant}.", instant=instant_text(at, _.language))
    sheet = BookSheet(
        name=title[:31],
        title=f"{title} {code}".strip(),
        table_name="ThingsKept",
        columns=columns,
        rows=rows,
        note=note,
        after=after,
    )
    return write_book(Book(title, (sheet,), at), _.language)
