"""How periods, checks, reasons and figures of the quality check are called."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import listed, share_text
from guanjia.pipelines.overdue_escalations.wording import milestone_words
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.service import calls, cases

UNKNOWN: Final = "n/a"
"""What is not known is said to be so; it is never shown as 0."""

CHECKS: Final[Mapping[str, str]] = {
    "blank_fields": N_("fields left blank"),
    "answered_late": N_("answered late"),
    "no_callback": N_("callback missing or late"),
    "promise_broken": N_("promise not kept"),
}
CALLBACKS: Final[Mapping[str, str]] = {
    "late": N_("callback {code} made late"),
    "lost": N_("callback {code} not made"),
    "callback": N_("callback {code} promised and not made"),
}
CHANNELS: Final[Mapping[str, str]] = {"in": N_("incoming"), "out": N_("outgoing")}
SUBJECTS: Final[Mapping[str, str]] = {"call": N_("Call"), "case": N_("Case")}
RISKS: Final[Mapping[str, str]] = {
    "complaint": N_("complaint"),
    "dissatisfied": N_("customer dissatisfied"),
    "reopened": N_("reopened"),
    "new_agent": N_("new agent"),
}
REASONS: Final[Mapping[str, str]] = {
    "random": N_("drawn at random"),
    "minimum": N_("drawn at random, for the minimum of every agent"),
    "risk": N_("drawn by risk"),
    "top_up": N_("drawn for the month's acceptance plan"),
    "audit": N_("correction looked at again"),
}
STATES: Final[Mapping[str, str]] = {
    "waiting": N_("to be scored"),
    "scored": N_("scored"),
    "appealed": N_("under appeal"),
    "final": N_("final"),
    "expired": N_("not scored in time"),
}
KEPT: Final[Mapping[str, str]] = {
    "not_assigned": N_("the sample was not given to this reviewer"),
    "own_work": N_("the reviewer's own work"),
    "own_team": N_("work of the reviewer's own team"),
    "before_draw": N_("scored before the sample was drawn"),
    "other_criterion": N_("not a criterion of this draw"),
    "after_close": N_("the score was final already, or appealed against"),
    "expired": N_("scored after the time for scoring"),
}
REFUSED: Final[Mapping[str, str]] = {
    "late": N_("the time for appeals was over"),
    "not_entitled": N_("only the agent and the leader of the team may appeal"),
    "not_scored": N_("the sample is not scored yet"),
    "expired": N_("the sample was not scored in time and counts nowhere"),
    "again": N_("an appeal against this score was taken before"),
}
VERDICTS: Final[Mapping[str, str]] = {
    "accept": N_("lot accepted"),
    "reject": N_("lot not accepted"),
    "none": N_("no verdict"),
}
INSPECTIONS: Final[Mapping[str, str]] = {
    "normal": N_("normal inspection"),
    "tightened": N_("tightened inspection"),
    "reduced": N_("reduced inspection"),
    "discontinued": N_("inspection discontinued"),
}
UNRANKED: Final[Mapping[str, str]] = {
    "too_few_scored": N_("too few items scored"),
    "too_few_shifts": N_("too few shifts attended"),
}


def check_words(_: Translator, name: str) -> str:
    """An automatic check."""
    return _named(_, CHECKS, name)


def finding_words(_: Translator, name: str, detail: str | None) -> str:
    """What an automatic check found amiss: columns left blank, milestones missed, seconds in the queue, callbacks."""
    parts = [each for each in (detail or "").split(",") if each]
    return listed(_, (_finding_part(_, name, part) for part in parts)) or "–"


def _finding_part(_: Translator, name: str, part: str) -> str:
    if name == "blank_fields":
        return _header(_, part)
    what, _colon, value = part.partition(":")
    if what == "queue":
        return _("{seconds} s in the queue", seconds=value)
    if what in CALLBACKS:
        return _(CALLBACKS[what], code=value)
    return milestone_words(_, part)


def _header(_: Translator, column: str) -> str:
    """A column of cases or calls by its heading."""
    for table in (cases, calls):
        if column in table.c:
            return str(table.c[column].info["zh"][0]) if _.language == "zh" else column.replace("_", " ")
    return column


def channel_words(_: Translator, channel: str) -> str:
    """How an item reached us; channels of cases stand as they were written."""
    return _named(_, CHANNELS, channel) if channel in CHANNELS else channel


def subject_words(_: Translator, kind: str, code: str) -> str:
    """What was drawn: ``Call 4711``."""
    return f"{_named(_, SUBJECTS, kind)} {code}"


def stratum_words(_: Translator, kind: str, channel: str | None) -> str:
    """A stratum without its agent: ``Call · incoming``; a channel that is not known: channels pooled."""
    where = _("all channels") if channel is None else _("channel not noted") if channel == "none" else ""
    return f"{_named(_, SUBJECTS, kind)} · {where or channel_words(_, channel or '')}"


def class_words(_: Translator, name: str) -> str:
    """A risk class such as ``case:complaint+reopened``: ``Case · complaint + reopened``."""
    kind, _colon, flags = name.partition(":")
    return f"{_named(_, SUBJECTS, kind)} · {' + '.join(_named(_, RISKS, flag) for flag in flags.split('+'))}"


def dropped_words(_: Translator, name: str) -> str:
    """Of whom something was dropped: of a week ``call:A001`` (``Call A001``), of a month ``A001``."""
    kind, colon, staff_code = name.partition(":")
    return f"{_named(_, SUBJECTS, kind)} {staff_code}" if colon and kind in SUBJECTS else name


def criteria_words(_: Translator, criteria: str) -> str:
    """Criteria that were not passed, as the tables hold them, with the language's comma."""
    return listed(_, (each.strip() for each in criteria.split(",") if each.strip()))


def reason_words(_: Translator, reason: str) -> str:
    """Why an item is in the sample; for those who lead, never for reviewers."""
    return _named(_, REASONS, reason)


def state_words(_: Translator, state: str | None) -> str:
    """Where a sample stands."""
    return _named(_, STATES, state or "")


def kept_words(_: Translator, reason: str | None) -> str:
    """Why a score does not count."""
    return _named(_, KEPT, reason or "")


def refused_words(_: Translator, reason: str | None) -> str:
    """Why an appeal was refused."""
    return _named(_, REFUSED, reason or "")


def verdict_words(_: Translator, verdict: str) -> str:
    """What became of an agent's lot."""
    return _named(_, VERDICTS, verdict)


def inspection_words(_: Translator, inspection: str) -> str:
    """How strictly an agent is inspected."""
    return _named(_, INSPECTIONS, inspection)


def unranked_words(_: Translator, reason: str | None) -> str:
    """Why an agent has no place."""
    return _named(_, UNRANKED, reason or "")


def period_words(_: Translator, period: str) -> str:
    """A week with its days, or a month: ``week 47 of 2026 (16–22 Nov)``, ``2026年第47周（11-16 至 11-22）``."""
    if "-W" not in period:
        month = int(period[5:7])
        return _("{month} {year}", year=period[:4], month=month if _.language == "zh" else month_name[month])
    first, last = week_days(period)
    year, week = period.split("-W")
    return _(
        "week {week} of {year} ({first} to {last})",
        week=int(week),
        year=year,
        first=f"{first:%m-%d}",
        last=f"{last:%m-%d}",
    )


def week_days(period: str) -> tuple[date, date]:
    """Monday and Sunday of a week such as ``2026-W47``."""
    year, week = period.split("-W")
    first = date.fromisocalendar(int(year), int(week), 1)
    return first, first + timedelta(days=6)


def score_text(score: Decimal | float | None) -> str:
    """A score with one place; one that is not known is ``n/a``, never 0."""
    return UNKNOWN if score is None else str(_tenth(Decimal(str(score))))


def points_text(points: Decimal | None) -> str:
    """Points of the ranking with two places; unknown ones are ``n/a``."""
    return UNKNOWN if points is None else str(points.quantize(Decimal("0.01"), ROUND_HALF_UP))


def number_text(number: Decimal | None, places: str = "0.01") -> str:
    """A number with its places; one that is not known is ``n/a``."""
    return UNKNOWN if number is None else str(number.quantize(Decimal(places), ROUND_HALF_UP))


def items_covered(population: int, covered_share: Decimal | None) -> int:
    """How many items a mean speaks for."""
    return 0 if covered_share is None else round(population * covered_share)


def interval_text(_: Translator, low: Decimal | None, high: Decimal | None, scored: int, covered: int = 0) -> str:
    """The 95 % interval of a mean; of one item, of all items or without spread, it says so.

    Args:
        _: texts.
        low: its lower end; None: none.
        high: its upper end; None: none.
        scored: items scored.
        covered: items the mean speaks for; 0: not known. Where all are scored, nothing is left to estimate.
    """
    if not scored:
        return _("nothing scored")
    if low is None or high is None:
        return _("one item: no interval")
    if low == high and scored >= covered > 0:
        return _.ngettext("{n} item, scored", "all {n} items scored", scored)
    if low == high:
        return _.ngettext("no spread seen in {n} item", "no spread seen in {n} items", scored)
    return _("95 %: {low} to {high}", low=score_text(low), high=score_text(high))


def share_interval(_: Translator, low: Decimal | None, high: Decimal | None) -> str:
    """The 95 % interval of a share; empty where there is none."""
    return "" if low is None or high is None else _("95 %: {low} to {high}", low=share_text(low), high=share_text(high))


def short_day(day: date) -> str:
    """Month and day: ``11-27``."""
    return f"{day:%m-%d}"


def local_day(instant: datetime) -> date:
    """The day of an instant, in Asia/Shanghai."""
    return instant.astimezone(TIME_ZONE).date()


def _named(_: Translator, names: Mapping[str, str], word: str) -> str:
    return _(names[word]) if word in names else word or "–"


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)
