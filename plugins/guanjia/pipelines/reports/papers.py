"""The papers of one scope in one language: mail with charts, workbook, PDF; made once for all who get them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from guanjia.domain.report_periods import ReportName
from guanjia.gateways.documents import why_nothing_can_be_printed
from guanjia.gateways.mail.rendering import render
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, RenderedMail
from guanjia.pipelines.reports.details import read_details_of_each
from guanjia.pipelines.reports.edition import COMPANY, Remark, ReportEdition
from guanjia.pipelines.reports.letters_report import report_letter
from guanjia.pipelines.reports.reading import read_edition
from guanjia.pipelines.reports.served import served_in
from guanjia.store.engine import Transaction

if TYPE_CHECKING:
    from guanjia.pipelines.reports.report_charts import ReportCharts

_log = get_logger(__name__)


@dataclass(frozen=True)
class Papers:
    """What every reader of a scope and language gets.

    Attributes:
        mail: subject and bodies.
        attachments: the charts the mail shows, the workbook, the PDF.
    """

    mail: RenderedMail
    attachments: tuple[Attachment, ...]


def make_papers(
    transaction: Transaction, report: ReportName, period: str, edition: int, scope: str, language: str
) -> Papers:
    """The papers of a scope of an edition, from its stored figures and the rows behind them.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        report: which report.
        period: its code.
        edition: its number; previews have theirs.
        scope: company, region:NAME, or a community.
        language: zh or en.

    Raises:
        UnknownName: there is no such edition, or it has no such scope.
        DocumentError: a page cannot be typeset; without fonts there is no PDF and no chart, and a warning.
    """
    return papers_of(read_scope(transaction, report, period, edition, scope), language)


def read_scope(transaction: Transaction, report: ReportName, period: str, edition: int, scope: str) -> ReportEdition:
    """One scope of an edition with everything its papers show; see `read_scopes`."""
    return next(read_scopes(transaction, report, period, edition, [scope]))


def read_scopes(
    transaction: Transaction,
    report: ReportName,
    period: str,
    edition: int,
    scopes: Sequence[str],
    remarks: Sequence[Remark] = (),
) -> Iterator[ReportEdition]:
    """Scopes of an edition, in their order, with everything their papers show.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        report: which report.
        period: its code.
        edition: its number.
        scopes: company, region:NAME, communities; best in the order of their names.
        remarks: what the readers of the whole company are told besides; others are not.

    Raises:
        UnknownName: there is no such edition, or it has no such scope.
    """
    for number, scope in enumerate(scopes):
        found = read_edition(transaction, report, period, edition, scope)
        if number == 0:
            served = served_in(transaction, report, period, edition)
            details = read_details_of_each(transaction, report, found.starts, found.ends, scopes, served)
        more = tuple(remarks) if scope == COMPANY else ()
        yield replace(found, details=next(details)[1], remarks=(*found.remarks, *more))


def papers_of(edition: ReportEdition, language: str, *, with_files: bool = True) -> Papers:
    """The papers of a scope that was read; safe in several threads at once.

    Args:
        edition: one scope of an edition, with its details.
        language: zh or en.
        with_files: workbook and PDF; otherwise the mail with its charts alone.

    Raises:
        DocumentError: a page cannot be typeset; without fonts there is no PDF and no chart, and a warning.
    """
    from guanjia.pipelines.reports.report_charts import ReportCharts, report_charts
    from guanjia.pipelines.reports.report_document import report_document
    from guanjia.pipelines.reports.report_workbook import report_workbook

    missing = why_nothing_can_be_printed()
    charts: ReportCharts = ReportCharts() if missing else report_charts(edition, language)
    letter = report_letter(edition, charts, language)
    files = [each.attachment() for each in charts.drawn]
    if with_files:
        files.append(report_workbook(edition, language))
    if missing:
        _log.warning("a report goes out without its pages and charts", scope=edition.scope, problem=str(missing))
    elif with_files:
        files.append(report_document(edition, letter, charts))
    return Papers(render(letter), tuple(files))
