"""The steps of a report's DAG: as its form asks for them, and all in one process for tests and replays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from guanjia.domain.errors import UsageError
from guanjia.domain.report_periods import ReportName
from guanjia.i18n import gettext_for
from guanjia.pipelines.reports.report_words import TITLES
from guanjia.settings import environment
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.step_by_step import Step, run_in_process

if TYPE_CHECKING:
    from guanjia.pipelines.reports.readers import MayRead

PIPELINES: Final[Mapping[ReportName, str]] = {
    "weekly": "weekly_report",
    "daily": "daily_report",
    "monthly": "monthly_report",
}
"""The DAG of each report."""

SUITES: Final = (
    "reports/report_editions",
    "reports/report_base",
    "reports/report_figures",
    "reports/report_breakdowns",
    "reports/report_quotes",
)
"""What the gate of the three DAGs checks."""

AskedStep = Callable[[Transaction, Run, datetime, Mapping[str, Any], str | None], Mapping[str, int]]
"""A step that reads the DAG's form: (transaction, run, as_of, parameters, Airflow user who started the run)."""


@dataclass(frozen=True)
class Form:
    """What an operator filled in.

    Attributes:
        period: only this one; None: what is due.
        is_preview: a report for the operator alone.
        is_corrected: a new edition of a period that was told.
        reason: why it is corrected; None: not said.
    """

    period: str | None = None
    is_preview: bool = False
    is_corrected: bool = False
    reason: str | None = None


def read_form(report: ReportName, parameters: Mapping[str, Any]) -> Form:
    """What is asked for by a DAG's form.

    Args:
        report: which report.
        parameters: ``period``, ``preview_to_me``, ``corrected`` and ``reason``; blank or missing: not asked for.

    Raises:
        UsageError: two of them contradict each other.
    """
    form = Form(
        _said(parameters.get("period")),
        bool(parameters.get("preview_to_me")),
        bool(parameters.get("corrected")),
        _said(parameters.get("reason")),
    )
    _ = gettext_for(environment().language)
    if form.is_preview and form.is_corrected:
        raise UsageError(
            _(
                "{report} cannot be previewed and corrected in one run: a preview goes to you alone, a correction to "
                "its readers. Choose one; a preview of the same period shows what a correction would say.",
                report=_(TITLES[report]),
            )
        )
    if form.reason and not form.is_corrected:
        raise UsageError(
            _(
                "{report}: a reason was given, but it is not to be corrected: choose “Correct”, or clear the reason.",
                report=_(TITLES[report]),
            )
        )
    return form


def _cannot_be_asked(_login: str, _dag_id: str) -> bool | None:
    return None


def compute_asked(report: ReportName) -> AskedStep:
    """The DAG's first step: write the editions that are due, or the preview or correction its form asks for."""
    from guanjia.pipelines.reports.editions import compute
    from guanjia.pipelines.reports.previewing import find_preview, find_previewer

    def step(
        transaction: Transaction, run: Run, as_of: datetime, parameters: Mapping[str, Any], user: str | None
    ) -> Mapping[str, int]:
        form = read_form(report, parameters)
        previewer = find_previewer(transaction, report, as_of, user) if form.is_preview else None
        counts = compute(
            transaction,
            run,
            as_of,
            report,
            form.period,
            form.is_corrected,
            form.reason,
            preview=form.is_preview,
            requested_by=user,
        )
        if previewer is not None:  # refused here, it leaves no edition behind
            find_preview(transaction, report, as_of, previewer, form.period)
        return counts

    return step


def tell_asked(report: ReportName, may_read: MayRead = _cannot_be_asked) -> AskedStep:
    """The DAG's step after the gate: tell what waits; of a preview only who asked for it.

    Args:
        report: which report.
        may_read: Airflow's answer to who may read which DAG; amounts are previewed to who may read the billing's.
    """
    from guanjia.pipelines.reports.previewing import tell_preview
    from guanjia.pipelines.reports.telling import tell

    def step(
        transaction: Transaction, run: Run, as_of: datetime, parameters: Mapping[str, Any], user: str | None
    ) -> Mapping[str, int]:
        form = read_form(report, parameters)
        if form.is_preview:
            return tell_preview(transaction, run, as_of, report, user, form.period, may_read)
        return tell(transaction, run, as_of, report)

    return step


def run_report(
    report: ReportName,
    as_of: datetime,
    *,
    period: str | None = None,
    corrected: bool = False,
    reason: str | None = None,
    with_mails: bool = True,
) -> dict[str, int]:
    """Run a report for an instant, without Airflow, gates or delivery.

    Args:
        report: which report.
        as_of: aware instant the run is a function of.
        period: only this period; None: what is due.
        corrected: a new edition of a period that was told.
        reason: why it is corrected; needed for that.
        with_mails: whether anybody is told; otherwise its editions wait for the next run that tells.

    Returns:
        What was written, by name; nothing the second time.

    Raises:
        UsageError: the period is unknown, has not ended, was never reported, or no reason is given.
        SettingsError: a stored setting cannot be read.
    """
    parameters = {"period": period, "corrected": corrected, "reason": reason}
    asked = [compute_asked(report), *([tell_asked(report)] if with_mails else [])]
    steps: list[Step] = [partial(_without_user, step, parameters) for step in asked]
    return run_in_process(PIPELINES[report], as_of, steps)


def _without_user(
    step: AskedStep, parameters: Mapping[str, Any], transaction: Transaction, run: Run, as_of: datetime
) -> Mapping[str, int]:
    return step(transaction, run, as_of, parameters, None)


def _said(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None
