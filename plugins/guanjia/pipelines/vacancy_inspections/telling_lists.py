"""Mailing the day's worklists and spot checks: one mail per inspector and day, with a workbook and a page to print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import DocumentError
from guanjia.gateways.mail.rendering import render
from guanjia.gateways.spreadsheets.listing import XLSX
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, Message
from guanjia.pipelines.vacancy_inspections.addressees import Addressee, Addressees
from guanjia.pipelines.vacancy_inspections.letters_inspector import Worklist, spot_check_letter, worklist_letter
from guanjia.pipelines.vacancy_inspections.list_rows import ListedInspection, read_lists
from guanjia.pipelines.vacancy_inspections.served import day_of
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

PDF: Final = "application/pdf"

_log = get_logger(__name__)


def tell_lists(transaction: Transaction, people: Addressees, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """The mails of today's lists that hold something new; a list mailed before comes whole, in a new edition.

    Spot checks stand on the list of the centre head and go out apart. The list of somebody without an address goes to
    the head of each community on it, that community's part only.

    Args:
        transaction: open transaction.
        people: who gets the list of somebody without an address.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``lists_told`` of lines that were mailed.
    """
    day = day_of(at)
    lines = execute(transaction, "vacancy_inspections/find_untold_lists", work_date=day).all()
    if not lines:
        return [], {"lists_told": 0}
    by_code = {line.inspection_code: line for line in lines}
    rows = read_lists(transaction, day, staff_codes=sorted({line.staff_code for line in lines}))
    checks = [row.inspection_code for row in rows if row.plan == "spot_check"]
    checked = _checked(transaction, checks) if checks else {}
    messages: list[Message] = []
    told: list[str] = []
    for _staff, found in groupby(rows, key=lambda row: row.staff_code):
        listed = [row for row in found if row.inspection_code in by_code]
        for is_check in (False, True):
            some = [row for row in listed if (row.plan == "spot_check") == is_check]
            lists = _by_reader(some, by_code, people)
            for who, worklist in lists.items():
                messages.append(_message(who, worklist, by_code, checked if is_check else None))
                told += worklist.new_codes
    told = sorted(set(told))
    if told:
        execute(transaction, "vacancy_inspections/mark_lists_told", at=at, work_date=day, inspection_codes=told)
    return messages, {"lists_told": len(told)}


def _checked(transaction: Transaction, codes: Sequence[str]) -> dict[str, Row[Any]]:
    rows = execute(transaction, "vacancy_inspections/list_checked_visits", inspection_codes=list(codes))
    return {row.inspection_code: row for row in rows}


def _by_reader(
    rows: Sequence[ListedInspection], by_code: Mapping[str, Row[Any]], people: Addressees
) -> dict[Addressee, Worklist]:
    """Who reads a person's list: the person; else the heads, each the part of their communities."""
    if not rows:
        return {}
    line = by_code[rows[0].inspection_code]
    if line.email:
        who = people.person(line.email, line.staff_name, line.language)
        given = {who: list(rows)}
    else:
        given = defaultdict(list)
        for row in rows:
            for head in people.head(row.community_code):
                given[head].append(row)
    lists = {who: _worklist(theirs, by_code, None if line.email else line.staff_name) for who, theirs in given.items()}
    return {who: found for who, found in lists.items() if found is not None}


def _worklist(
    rows: Sequence[ListedInspection], by_code: Mapping[str, Row[Any]], for_whom: str | None
) -> Worklist | None:
    """The list as it is mailed: whole the first time; later what is still open, if anything is new; else none."""
    new = frozenset(row.inspection_code for row in rows if by_code[row.inspection_code].is_new)
    if not new:
        return None
    is_addition = len(new) < len(rows)
    if is_addition:
        rows = [row for row in rows if row.inspection_code in new or by_code[row.inspection_code].is_open]
    return Worklist(tuple(rows), new, is_addition, for_whom)


def _message(
    who: Addressee, worklist: Worklist, by_code: Mapping[str, Row[Any]], checked: Mapping[str, Row[Any]] | None
) -> Message:
    line = by_code[worklist.rows[0].inspection_code]
    letter = (
        worklist_letter(worklist, who.language)
        if checked is None
        else spot_check_letter(worklist, checked, who.language)
    )
    return Message(
        kind="inspection_worklist" if checked is None else "spot_check_list",
        business_key=f"{worklist.day.isoformat()}/{line.staff_code}",
        recipient=who.email,
        mail=render(letter),
        language=who.language,
        recipient_name=who.name,
        attachments=_files(worklist, line.staff_code, who.language, is_check=checked is not None),
        is_urgent=any(row.plan in ("severe_weather", "rain") for row in worklist.rows),
        list_name="inspections",
    )


def _files(worklist: Worklist, staff_code: str, language: str, *, is_check: bool) -> tuple[Attachment, ...]:
    """The workbook that comes back as results, and the page to print; without it where no page can be made."""
    from guanjia.pipelines.vacancy_inspections.list_document import list_document
    from guanjia.pipelines.vacancy_inspections.list_workbook import list_workbook

    _ = gettext_for(language)
    book = _("Spot check results") if is_check else _("Inspection results")
    page = _("Spot checks") if is_check else _("Inspection list")
    name = f"{worklist.day.isoformat()}-{staff_code}".replace("/", "_")
    rows = list(worklist.rows)
    workbook = Attachment(f"{book}-{name}.xlsx", XLSX, list_workbook(rows, language))
    try:
        return workbook, Attachment(f"{page}-{name}.pdf", PDF, list_document(rows, language))
    except DocumentError as error:
        _log.warning("a list goes out without its page to print", staff_code=staff_code, problem=str(error))
        return (workbook,)
