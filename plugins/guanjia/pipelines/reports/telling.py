"""Telling a report: every reader one mail of the own scope, all of an edition or none, each edition once.

All mails of an edition are written in the one transaction that marks it told: a fault in one of them sends nobody half
a report, and the edition waits. Source: pipelines §7.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.report_periods import ReportName
from guanjia.logs import get_logger
from guanjia.outbox import Message, enqueue
from guanjia.pipelines.reports.edition import COMPANY, Remark
from guanjia.pipelines.reports.editions import note_remark
from guanjia.pipelines.reports.paper_makers import Wanted, make_all
from guanjia.pipelines.reports.papers import Papers, read_scopes
from guanjia.pipelines.reports.recipients import Paper, Recipients, find_recipients
from guanjia.pipelines.reports.served import begin
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

LIST_NAME: Final = "reports"
"""Mailing list that mail rules know reports by."""

TOLD_REMARKS: Final = ("deadlines_not_computed",)
"""Remarks on a run that the next readers of the whole company are told of, once."""

_SUPERSEDED: Final = "Not sent: a corrected edition was written to the same reader before it went out."
_log = get_logger(__name__)


def tell(transaction: Transaction, run: Run, as_of: datetime, report: ReportName) -> dict[str, int]:
    """Write the mails of the editions that wait for it, to everybody who is to have them; a correction to those only of
    whose scope it changed something.

    Args:
        transaction: open transaction; the mails exist, and the editions are told, exactly if it commits.
        run: run that tells.
        as_of: aware instant of the run; the registers of recipients are judged at it.
        report: which report.

    Returns:
        Counts ``editions_told``, ``mails_written`` and ``remarks``; all nought where nothing waits.

    Raises:
        SettingsError: a stored setting cannot be read.
        DocumentError: a paper cannot be made; nobody is told anything.
    """
    counts = {"editions_told": 0, "mails_written": 0, "remarks": 0}
    begin(transaction, as_of)
    for waiting in execute(transaction, "reports/find_untold_editions", report=report).all():
        key: dict[str, Any] = {"report": report, "period": waiting.period, "edition": waiting.edition}
        is_correction = waiting.shown_edition > 1
        scopes = execute(transaction, "reports/list_edition_scopes", only_changed=is_correction, **key).scalars().all()
        recipients = find_recipients(transaction, report, as_of, scopes)
        remarks = _remarks(transaction, as_of, recipients)
        counts["remarks"] += _note(transaction, run, as_of, recipients.remarks)
        if not recipients.by_paper and not is_correction:
            _log.warning("nobody can be told", what=f"{report} report", codes=[waiting.period])
            continue
        for messages in _mails(transaction, report, waiting, recipients, remarks):
            counts["mails_written"] += enqueue(transaction, messages, run_id=run.run_id).written
        if is_correction:
            _withdraw_earlier(transaction, report, waiting)
        if any(scope == COMPANY for scope, _language in recipients.by_paper):
            _mark_remarks_told(transaction, as_of, remarks)
        counts["editions_told"] += execute(transaction, "reports/mark_edition_told", at=as_of, **key).rowcount
    return counts


def _withdraw_earlier(transaction: Transaction, report: ReportName, waiting: Row[Any]) -> None:
    """A reader whose mail of an earlier edition still waits gets the corrected one alone, which says all of it."""
    withdrawn = execute(
        transaction,
        "reports/withdraw_mails",
        report=report,
        period=waiting.period,
        shown_edition=waiting.shown_edition,
        reply=_SUPERSEDED,
    ).rowcount
    if withdrawn:
        _log.info("waiting mails of earlier editions were withdrawn", report=report, period=waiting.period, n=withdrawn)


def _remarks(transaction: Transaction, as_of: datetime, recipients: Recipients) -> list[Remark]:
    """What the company's readers are told besides: what is amiss with the registers, and what befell since."""
    rows = execute(transaction, "reports/find_untold_remarks", kinds=list(TOLD_REMARKS), at=as_of)
    return [*(Remark(row.kind, row.subject) for row in rows), *recipients.remarks]


def _note(transaction: Transaction, run: Run, as_of: datetime, remarks: Sequence[Remark]) -> int:
    if remarks:
        found = [f"{each.kind} {each.subject}" for each in remarks]
        _log.warning("the register of recipients is to be put right", remarks=found[:20])
    return sum(note_remark(transaction, run, as_of, each.kind, each.subject, each.detail) for each in remarks)


def _mark_remarks_told(transaction: Transaction, as_of: datetime, remarks: Sequence[Remark]) -> None:
    if remarks:
        execute(
            transaction,
            "reports/mark_remarks_told",
            kinds=[each.kind for each in remarks],
            subjects=[each.subject for each in remarks],
            at=as_of,
        )


def _mails(
    transaction: Transaction, report: ReportName, waiting: Row[Any], recipients: Recipients, remarks: Sequence[Remark]
) -> Iterator[list[Message]]:
    """The mails, paper by paper: what was written is not kept until all is."""

    languages: dict[str, list[str]] = {}
    for scope, language in recipients.by_paper:
        languages.setdefault(scope, []).append(language)

    def read() -> Iterator[Wanted]:
        """Each scope once, for all its languages."""
        for found in read_scopes(transaction, report, waiting.period, waiting.edition, list(languages), remarks):
            yield from ((found, language) for language in languages[found.scope])

    made = make_all(read(), len(recipients.by_paper))
    with closing(made):
        for (paper, people), papers in zip(recipients.by_paper.items(), made, strict=True):
            yield _mails_of(report, waiting, paper, papers, people)


def _mails_of(
    report: ReportName, waiting: Row[Any], paper: Paper, papers: Papers, people: Sequence[Addressee]
) -> list[Message]:
    scope, language = paper
    return [
        Message(
            kind=f"{report}_report",
            business_key=f"{waiting.period}/{scope}",
            recipient=who.email,
            mail=papers.mail,
            language=language,
            recipient_name=who.name,
            edition=waiting.shown_edition,
            attachments=papers.attachments,
            list_name=LIST_NAME,
        )
        for who in people
    ]
