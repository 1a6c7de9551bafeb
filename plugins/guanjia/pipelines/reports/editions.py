"""Editions: which periods are to be reported, and what each says; computed once, kept, and corrected by a new one.

A period's edition is as at the period's own end, however late it is computed: three weeks of outage give three weekly
editions, of which the newest is mailed. Source: pipelines §7, REP-01 to REP-06.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from guanjia.domain import report_periods
from guanjia.domain.errors import GuanjiaError
from guanjia.domain.report_periods import ReportName, ReportPeriod
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.pipelines.reports import served as serving
from guanjia.pipelines.reports.asking import (
    Asked,
    Stored,
    correction,
    ended_period,
    is_settled,
    list_editions,
    refuse_unserved,
    require_served,
    say_if_sent,
)
from guanjia.pipelines.reports.edition import Remark
from guanjia.pipelines.reports.measuring import Measured, measure_edition, measure_windows
from guanjia.pipelines.reports.report_remarks import remark_sentence
from guanjia.pipelines.reports.served import Served
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run, add_detail
from guanjia.store.sql import execute

_log = get_logger(__name__)
_OFFICIAL: Final = ("computed", "told", "not_sent")
_COUNTS: Final = (
    "editions",
    "reconstructed",
    "base",
    "figures",
    "breakdowns",
    "quotes",
    "changes",
    "given_up",
    "remarks",
)


def compute(
    transaction: Transaction,
    run: Run,
    as_of: datetime,
    report: ReportName,
    period: str | None = None,
    corrected: bool = False,
    reason: str | None = None,
    *,
    preview: bool = False,
    requested_by: str | None = None,
) -> dict[str, int]:
    """Write the editions that are due: of every period that ended since the last one reported, up to ``as_of``.

    Only the newest is to be mailed (``computed``); older ones are kept as ``not_sent``. An edition nobody was told of
    yet is computed anew if what it says has changed. Periods of the trend that were never computed are reconstructed
    once. Deadlines are brought up to date first, so one call per transaction.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.
        report: which report.
        period: only this period, which has ended; None: what is due.
        corrected: a new edition of a period that was reported, if its figures are others now.
        reason: why it is corrected; needed for that, and shown.
        preview: an edition for the operator alone, which never counts as reported.
        requested_by: Airflow user who asked for it; None: the schedule.

    Returns:
        Rows written, by name; nothing the second time.

    Raises:
        UsageError: the period is unknown, has not ended, lies before anything was served, was never reported, or no
            reason is given.
        SettingsError: a stored setting cannot be read.
    """
    counts = dict.fromkeys(_COUNTS, 0)
    served = serving.begin(transaction, as_of)
    if not served.live_from:
        if period is not None or corrected or preview:
            refuse_unserved(report)
        return counts
    stored = list_editions(transaction, report)
    latest = serving.last_period(transaction, report, as_of)
    if corrected:
        code = ended_period(report, period, latest, as_of).code
        asked = [correction(report, code, stored, reason, requested_by)]
    elif preview:
        asked = [Asked(ended_period(report, period, latest, as_of), "preview", requested_by=requested_by)]
    elif period is not None:
        asked = [Asked(ended_period(report, period, latest, as_of), "computed", requested_by=requested_by)]
        require_served(report, asked[0].period, served)
        say_if_sent(transaction, run, report, asked[0], stored)
    else:
        asked = [replace(each, requested_by=requested_by) for each in due(report, latest, stored, served)]
    asked = [each for each in asked if served.first_instant < each.period.end and not is_settled(each, stored)]
    if not asked:
        return counts
    counts["remarks"] += _bring_deadlines_up_to_date(transaction, run, as_of)
    past = [] if corrected else _to_reconstruct(transaction, report, asked, stored, served)
    _write_all(transaction, run, as_of, report, [*past, *asked], stored, served, counts)
    counts["remarks"] += _note_missing_years(transaction, run, as_of, asked)
    if not corrected and not preview:
        counts["given_up"] += _give_up_untold(transaction, report, asked, stored)
    return counts


def due(report: ReportName, latest: ReportPeriod, stored: Sequence[Stored], served: Served) -> list[Asked]:
    """The periods to be reported: all since the last one that was, the newest to be mailed.

    Args:
        report: which report.
        latest: newest period whose time has come.
        stored: editions there are.
        served: communities; a period that ended before any was served is not due.
    """
    official = [each for each in stored if each.state in _OFFICIAL]
    after = max((each.period_end for each in official), default=None)
    ends = report_periods.ends_between(latest.end, after, report)
    if not ends and official:  # the newest is there; while nobody was told of it, it follows the facts
        newest = max(official, key=lambda each: (each.period_end, each.edition))
        ends = [latest.end] if newest.period == latest.code and newest.state == "computed" else []
        if ends and newest.reason is not None:
            return [Asked(latest, "computed", newest.reason)]
    periods = [report_periods.period_ending(report, end) for end in ends]
    return [
        Asked(each, "computed" if each == latest else "not_sent") for each in periods if served.first_instant < each.end
    ]


def _bring_deadlines_up_to_date(transaction: Transaction, run: Run, as_of: datetime) -> int:
    """What was met a minute ago counts as met; without a usable calendar the rates say n/a, and a remark says why."""
    try:
        with transaction.begin_nested():
            compute_deadlines(transaction, run, as_of)
    except GuanjiaError as error:
        return note_remark(
            transaction,
            run,
            as_of,
            "deadlines_not_computed",
            f"{as_of.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}",
            {"error": type(error).__name__},
        )
    return 0


def _note_missing_years(transaction: Transaction, run: Run, as_of: datetime, asked: Sequence[Asked]) -> int:
    """Says in the run, and once on the pages, which years' working days are judged by weekdays for want of holidays."""
    known = [serving.calendar_known(transaction, each.period) for each in asked]
    years = [str(year) for year in sorted({year for each in known for year in each.missing_years})]
    if not years:
        return 0
    _ = gettext_for(environment().language)
    for year in years:
        _log.warning(remark_sentence(_, Remark("missing_calendar", year)))
    add_detail(transaction, run.run_id, {"missing_calendar_years": ", ".join(years)})
    return sum(note_remark(transaction, run, as_of, "missing_calendar", year, {}) for year in years)


def _to_reconstruct(
    transaction: Transaction, report: ReportName, asked: Sequence[Asked], stored: Sequence[Stored], served: Served
) -> list[Asked]:
    """Periods of the newest's trend that no edition is kept of, newest first, none from before anything was served."""
    newest = max(each.period for each in asked)
    periods = int(str(required_setting(transaction, "report_trend_periods", newest.last_day)))
    known = {each.period for each in stored if each.state != "preview"} | {each.period.code for each in asked}
    found = []
    period = newest
    for _ in range(periods - 1):
        period = report_periods.before(period)
        if period.end <= served.first_instant:
            break
        if period.code not in known:
            found.append(Asked(period, "reconstructed"))
    return found


def _write_all(
    transaction: Transaction,
    run: Run,
    as_of: datetime,
    report: ReportName,
    asked: Sequence[Asked],
    stored: Sequence[Stored],
    served: Served,
    counts: dict[str, int],
) -> None:
    periods = {each.period for each in asked}
    periods |= {report_periods.before(each.period) for each in asked if each.state != "reconstructed"}
    windows = measure_windows(transaction, report, sorted(periods, reverse=True), served)
    for each in asked:
        previous = windows.get(report_periods.before(each.period).code) if each.state != "reconstructed" else None
        measured = measure_edition(transaction, report, each.period, served, windows[each.period.code], previous)
        earlier = [one for one in stored if one.period == each.period.code]
        if each.reason is not None:
            changed = _write_correction(transaction, run, report, each, measured, earlier, counts)
            if not changed:
                counts["remarks"] += _note_nothing_changed(transaction, run, as_of, report, each.period.code)
        elif not _says_the_same(each, measured, earlier):
            _write(transaction, run, report, each, measured, earlier, counts)


def _note_nothing_changed(transaction: Transaction, run: Run, as_of: datetime, report: ReportName, code: str) -> int:
    """Who asked for a correction is told, in the run and on the pages, that there is nothing to correct."""
    remark = Remark("nothing_changed", f"{report} {code} {as_of:%Y-%m-%d %H:%M}", {"report": report, "period": code})
    sentence = remark_sentence(gettext_for(environment().language), remark)
    _log.warning(sentence)
    add_detail(transaction, run.run_id, {"nothing_changed": sentence})
    return note_remark(transaction, run, as_of, remark.kind, remark.subject, remark.detail)


def _says_the_same(asked: Asked, measured: Measured, earlier: Sequence[Stored]) -> bool:
    """Whether the newest edition for the same readers says just this."""
    same_kind = [each for each in earlier if (each.state == "preview") == (asked.state == "preview")]
    if asked.state == "preview":  # the pages show a preview to who asked for it
        same_kind = [each for each in same_kind if each.requested_by == asked.requested_by]
    same_kind = [each for each in same_kind if each.state != "reconstructed" or asked.state == "reconstructed"]
    if not same_kind or (same_kind[-1].state == "not_sent" and asked.state != "not_sent"):
        return False
    return same_kind[-1].digest == measured.digest


def _write_correction(
    transaction: Transaction,
    run: Run,
    report: ReportName,
    asked: Asked,
    measured: Measured,
    earlier: Sequence[Stored],
    counts: dict[str, int],
) -> bool:
    """Write a corrected edition and what it changes; False: its readers have these figures already."""
    told = [each for each in earlier if each.state == "told"][-1]
    of_edition: dict[str, Any] = {"report": report, "period": asked.period.code}
    changes = execute(transaction, "reports/count_changes", former=told.edition, **of_edition).scalar_one()
    if not changes:  # nor is a correction mailed that the facts have taken back
        counts["given_up"] += execute(
            transaction, "reports/give_up_untold", report=report, periods=[asked.period.code]
        ).rowcount
        return False
    untold = [each for each in earlier if each.state == "computed"]
    if untold and untold[-1].digest == measured.digest and untold[-1].reason == asked.reason:
        return True
    edition = _write(transaction, run, report, asked, measured, earlier, counts)
    counts["changes"] += execute(
        transaction, "reports/write_changes", edition=edition, former=told.edition, **of_edition
    ).rowcount
    return True


def _write(
    transaction: Transaction,
    run: Run,
    report: ReportName,
    asked: Asked,
    measured: Measured,
    earlier: Sequence[Stored],
    counts: dict[str, int],
) -> int:
    """Write an edition with its definitions, figures and parts; one nobody was told of gives its number up to it."""
    edition = 0
    if asked.state != "reconstructed":
        edition = max((each.edition for each in earlier), default=0) + 1
    key: dict[str, Any] = {"report": report, "period": asked.period.code, "edition": edition}
    if asked.state == "computed":
        counts["given_up"] += execute(
            transaction, "reports/give_up_untold", report=report, periods=[asked.period.code]
        ).rowcount
    calendar = serving.calendar_known(transaction, asked.period)
    execute(
        transaction,
        "reports/write_edition",
        period_start=asked.period.start,
        period_end=asked.period.end,
        state=asked.state,
        shown_edition=_shown_edition(asked, earlier),
        reason=asked.reason,
        requested_by=asked.requested_by,
        calendar_state=calendar.state,
        missing_years=",".join(map(str, calendar.missing_years)) or None,
        digest=measured.digest,
        run_id=run.run_id,
        **key,
    )
    execute(transaction, "reports/write_definitions", **_definitions(measured), **key)
    execute(transaction, "reports/write_places", **key)
    counts["reconstructed" if asked.state == "reconstructed" else "editions"] += 1
    counts["base"] += execute(transaction, "reports/write_base", **key).rowcount
    counts["figures"] += execute(transaction, "reports/write_figures", run_id=run.run_id, **key).rowcount
    if asked.state != "reconstructed":
        counts["breakdowns"] += execute(transaction, "reports/write_breakdowns", **key).rowcount
        counts["quotes"] += execute(transaction, "reports/write_quotes", **key).rowcount
    return edition


def _shown_edition(asked: Asked, earlier: Sequence[Stored]) -> int | None:
    if asked.state != "computed":
        return None
    return max((each.shown_edition or 0 for each in earlier if each.state == "told"), default=0) + 1


def _definitions(measured: Measured) -> Mapping[str, list[str]]:
    found = measured.definitions
    return {
        "figures": [each.code for each in found],
        "subjects": [each.subject for each in found],
        "titles_zh": [each.title_zh for each in found],
        "titles_en": [each.title for each in found],
        "units": [each.unit for each in found],
        "betters": [each.better for each in found],
        "formulas_zh": [each.formula_zh for each in found],
        "formulas_en": [each.formula for each in found],
        "sources": [",".join(each.source) for each in found],
    }


def _give_up_untold(
    transaction: Transaction, report: ReportName, asked: Iterable[Asked], stored: Sequence[Stored]
) -> int:
    """Editions of older periods that were never mailed are not mailed once a newer period is."""
    newest = max(each.period.end for each in asked)
    older = sorted(
        {
            each.period
            for each in stored
            if each.state == "computed" and each.reason is None and each.period_end < newest
        }
    )
    return execute(transaction, "reports/give_up_untold", report=report, periods=older).rowcount if older else 0


def note_remark(
    transaction: Transaction, run: Run, as_of: datetime, kind: str, subject: str, detail: Mapping[str, Any]
) -> int:
    """Note something the readers or the operator must know of, once.

    Returns:
        1 if it is new, else 0.
    """
    return execute(
        transaction,
        "reports/note_remark",
        kind=kind,
        subject=subject,
        detail=json.dumps(dict(detail), ensure_ascii=False, sort_keys=True),
        noted_at=as_of,
        run_id=run.run_id,
    ).rowcount
