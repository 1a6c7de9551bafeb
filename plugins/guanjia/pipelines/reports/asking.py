"""What editions of reports are asked for, by the schedule or by a person; what cannot be made is refused in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NoReturn

from guanjia.domain.errors import UsageError
from guanjia.domain.report_periods import ReportName, ReportPeriod
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.pipelines.reports import served as serving
from guanjia.pipelines.reports.report_words import TITLES
from guanjia.pipelines.reports.served import Served
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run, add_detail
from guanjia.store.sql import execute

State = Literal["computed", "told", "preview", "reconstructed", "not_sent"]

_log = get_logger(__name__)


@dataclass(frozen=True)
class Stored:
    """An edition that is kept."""

    period: str
    edition: int
    period_start: datetime
    period_end: datetime
    state: State
    shown_edition: int | None
    reason: str | None
    requested_by: str | None
    digest: str


@dataclass(frozen=True)
class Asked:
    """What an edition is made for.

    Attributes:
        period: which period.
        state: what becomes of it: computed, preview, reconstructed or not_sent.
        reason: why it is corrected; None: it is no correction.
        requested_by: Airflow user; None: the schedule.
    """

    period: ReportPeriod
    state: State
    reason: str | None = None
    requested_by: str | None = None


def list_editions(transaction: Transaction, report: ReportName) -> list[Stored]:
    """All editions of a report, by period and edition."""
    return [Stored(**row._mapping) for row in execute(transaction, "reports/list_editions", report=report)]


def ended_period(report: ReportName, code: str | None, latest: ReportPeriod, as_of: datetime) -> ReportPeriod:
    """The period a person asked for, which has ended; None: the newest.

    Raises:
        UsageError: there is no such period, or it has not ended.
    """
    if code is None:
        return latest
    _ = gettext_for(environment().language)
    named = {"report": _(TITLES[report]), "code": code}
    found = serving.read_period(report, code)
    if found is None:
        if report == "monthly":
            raise UsageError(
                _("{report}: {code} is no period; give a month such as {latest}.", latest=latest.code, **named)
            )
        if report == "weekly":
            raise UsageError(
                _(
                    "{report}: {code} is no period; give the Friday it ends on, such as {latest}.",
                    latest=latest.code,
                    **named,
                )
            )
        raise UsageError(
            _("{report}: {code} is no period; give its day, such as {latest}.", latest=latest.code, **named)
        )
    if found.end > as_of:
        raise UsageError(
            _(
                "{report}: period {code} ends at {end}, after {instant}; the newest that has ended is {latest}.",
                **named,
                end=f"{found.end.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}",
                instant=f"{as_of.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}",
                latest=latest.code,
            )
        )
    return found


def refuse_unserved(report: ReportName) -> NoReturn:
    """Who asks for a report while nothing is served is told what is missing; the schedule writes nothing."""
    _ = gettext_for(environment().language)
    raise UsageError(
        _(
            "{report}: no community is served, so there is nothing to report. Set live_from for a community (dataset "
            "settings), then start it anew.",
            report=_(TITLES[report]),
        )
    )


def say_if_sent(transaction: Transaction, run: Run, report: ReportName, asked: Asked, stored: Sequence[Stored]) -> None:
    """Who asks for a period that its readers have is told how to correct it; nothing is sent twice."""
    if is_settled(asked, stored):
        _ = gettext_for(environment().language)
        sentence = _(
            "{report} {code} was sent already and is not sent again. To correct it, choose “Correct” and give a "
            "reason.",
            report=_(TITLES[report]),
            code=asked.period.code,
        )
        _log.warning(sentence)
        add_detail(transaction, run.run_id, {"already_sent": sentence})


def require_served(report: ReportName, period: ReportPeriod, served: Served) -> None:
    """Who asks for a period of before there was anything to report is told so."""
    if period.end <= served.first_instant:
        _ = gettext_for(environment().language)
        raise UsageError(
            _(
                "{report} {code}: no community was served in it yet, the first since {day}; ask for a later period.",
                report=_(TITLES[report]),
                code=period.code,
                day=min(served.live_from.values()).isoformat(),
            )
        )


def correction(
    report: ReportName, code: str, stored: Sequence[Stored], reason: str | None, requested_by: str | None
) -> Asked:
    """A corrected edition of a period its readers have.

    Raises:
        UsageError: no reason is given, or it was never sent.
    """
    _ = gettext_for(environment().language)
    title = _(TITLES[report])
    if not (reason or "").strip():
        raise UsageError(
            _("{report} {code}: a corrected edition needs a reason; its readers are told it.", report=title, code=code)
        )
    told = [each for each in stored if each.period == code and each.state == "told"]
    if not told:
        raise UsageError(
            _(
                "{report} {code} was never sent, so there is nothing to correct. To send it, give its period alone.",
                report=title,
                code=code,
            )
        )
    period = ReportPeriod(told[-1].period_start, told[-1].period_end, code, report)
    return Asked(period, "computed", (reason or "").strip(), requested_by)


def is_settled(asked: Asked, stored: Sequence[Stored]) -> bool:
    """Whether readers have an edition of the period, so that only a correction makes another."""
    if asked.reason is not None or asked.state == "preview":
        return False
    return any(each.period == asked.period.code and each.state == "told" for each in stored)
