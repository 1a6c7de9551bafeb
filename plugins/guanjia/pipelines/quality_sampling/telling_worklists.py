"""Mailing reviewers what they score: a workbook per draw, one mail per reviewer and run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
from guanjia.pipelines.quality_sampling.letters_worklist import Worklist, worklist_letter
from guanjia.pipelines.quality_sampling.list_rows import ListedSample, read_list
from guanjia.pipelines.quality_sampling.telling_people import COMPANY, LIST_NAME, Readers, nobody
from guanjia.pipelines.scheduled_callbacks.telling_people import key_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

PDF: Final = "application/pdf"

_log = get_logger(__name__)


def tell_worklists(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """Every list that is new or has changed, to its reviewer; of one without an address, to the head.

    Second scores stand among the others and nothing tells them apart.

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``worklists_told`` of lists (reviewer and draw).
    """
    rows = execute(transaction, "quality_sampling/find_untold_worklists").all()
    to_write: list[tuple[Addressee, Worklist, str]] = []
    told: list[Row[Any]] = []
    for staff_code, found in groupby(rows, key=lambda row: row.staff_code):
        lists = list(found)
        samples = {row.draw_code: read_list(transaction, staff_code, row.draw_code) for row in lists}
        shown = [row for row in lists if samples[row.draw_code] or row.edition > 1]
        member = people.member(staff_code)
        sections = {row.section for row in shown}
        section = sections.pop() if len(sections) == 1 else COMPANY
        readers = [member] if member else people.heads(None if section == COMPANY else section)
        told += lists if readers else [row for row in lists if row not in shown]
        if shown and not readers:
            nobody("list of a reviewer", [staff_code])
        for who in readers if shown else ():
            of_whom = None if member else people.name(staff_code)
            listed = tuple((row, tuple(samples[row.draw_code])) for row in shown)
            to_write.append((who, Worklist(listed, of_whom), staff_code))
    if told:
        execute(
            transaction,
            "quality_sampling/mark_worklists_told",
            at=at,
            draw_codes=[row.draw_code for row in told],
            staff_codes=[row.staff_code for row in told],
        )
    return _written(to_write, at), {"worklists_told": len(told)}


def _written(lists: Sequence[tuple[Addressee, Worklist, str]], at: datetime) -> list[Message]:
    """The mails of some lists; their pages are typeset on all processors."""
    if not lists:
        return []
    with ThreadPoolExecutor(min(len(lists), os.cpu_count() or 1)) as pool:
        return list(pool.map(lambda each: _message(at, *each), lists))


def _message(at: datetime, who: Addressee, worklist: Worklist, staff_code: str) -> Message:
    return Message(
        kind="quality_worklist",
        business_key=f"{key_of(draw.draw_code for draw, _samples in worklist.lists)}/{staff_code}",
        recipient=who.email,
        mail=render(worklist_letter(worklist, who.language, at)),
        language=who.language,
        recipient_name=who.name,
        attachments=_files(worklist, staff_code, who.language),
        list_name=LIST_NAME,
    )


def _files(worklist: Worklist, staff_code: str, language: str) -> tuple[Attachment, ...]:
    return tuple(
        file
        for draw, samples in worklist.lists
        if samples
        for file in _files_of(draw.draw_code, samples, staff_code, language)
    )


def _files_of(
    draw_code: str, samples: tuple[ListedSample, ...], staff_code: str, language: str
) -> tuple[Attachment, ...]:
    """The workbook that comes back as scores, and the page to print; without it where no page can be made."""
    from guanjia.pipelines.quality_sampling.list_document import list_document
    from guanjia.pipelines.quality_sampling.list_workbook import score_workbook

    _ = gettext_for(language)
    name = f"{draw_code}-{staff_code}".replace("/", "_")
    scores, page = _("Quality scores"), _("Quality check list")
    book = Attachment(f"{scores}-{name}.xlsx", XLSX, score_workbook(samples, language))
    try:
        return book, Attachment(f"{page}-{name}.pdf", PDF, list_document(samples, language))
    except DocumentError as error:
        _log.warning("a list goes out without its page to print", staff_code=staff_code, problem=str(error))
        return (book,)
