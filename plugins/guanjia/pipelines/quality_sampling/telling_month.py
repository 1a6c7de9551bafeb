"""When a month is closed: the ranking to managers, the service supervision report to the general manager."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from guanjia.domain.errors import DocumentError
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, Message
from guanjia.pipelines.quality_sampling.letters_month import ranking_letter, supervision_letter
from guanjia.pipelines.quality_sampling.month_report import MonthReport, MonthRows, month_in_scope, read_month
from guanjia.pipelines.quality_sampling.month_workbook import month_workbook
from guanjia.pipelines.quality_sampling.telling_people import LIST_NAME, Readers, Scope, nobody
from guanjia.pipelines.quality_sampling.telling_worklists import PDF
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_ALL: Final = Scope(is_all=True)
_log = get_logger(__name__)


def tell_months(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """Months that were closed: one mail for each reader and month; who gets the report gets no ranking besides.

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``months_told``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    messages: list[Message] = []
    told = 0
    for period in execute(transaction, "quality_sampling/find_closed_months").scalars().all():
        rows = read_month(transaction, period, at)
        bosses = people.general_managers()
        managers = {who: scope for who, scope in people.managers_by_scope().items() if who not in bosses}
        if not bosses and not managers:
            nobody("month", [period])
            continue
        messages += [_supervision(people, rows, who, at) for who in bosses]
        for who, scope in managers.items():
            report = month_in_scope(rows, scope, people.name, people.places)
            if report.rows.rankings:
                messages.append(_ranking(report, who, at))
        execute(transaction, "quality_sampling/mark_results_told", at=at, periods=[period])
        told += 1
    return messages, {"months_told": told}


def _supervision(people: Readers, rows: MonthRows, who: Addressee, at: datetime) -> Message:
    from guanjia.pipelines.quality_sampling.supervision_document import supervision_document

    _ = gettext_for(who.language)
    report = month_in_scope(rows, _ALL, people.name, people.places)
    files: tuple[Attachment, ...] = (month_workbook(report, who.language, at),)
    try:
        title = _("Service supervision report")
        files = (Attachment(f"{title}-{rows.period}.pdf", PDF, supervision_document(report, who.language, at)), *files)
    except DocumentError as error:
        _log.warning("the report goes out without its pages", period=rows.period, problem=str(error))
    return Message(
        kind="quality_supervision",
        business_key=rows.period,
        recipient=who.email,
        mail=render(supervision_letter(report, who.language, at)),
        language=who.language,
        recipient_name=who.name,
        attachments=files,
        list_name=LIST_NAME,
    )


def _ranking(report: MonthReport, who: Addressee, at: datetime) -> Message:
    return Message(
        kind="quality_ranking",
        business_key=f"{report.rows.period}/{report.scope.name}",
        recipient=who.email,
        mail=render(ranking_letter(report, who.language, at)),
        language=who.language,
        recipient_name=who.name,
        attachments=(month_workbook(report, who.language, at),),
        list_name=LIST_NAME,
    )
