"""Invented editions of reports: a week as it may be, one of nothing, one community, all n/a, corrected, preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from guanjia.domain.report_catalogue import FIGURES, FigureDefinition, definition_of, figures_of
from guanjia.domain.report_figures import Pair, total
from guanjia.domain.report_periods import ReportName, ReportPeriod, before, period_ending
from guanjia.pipelines.reports.edition import (
    Breakdown,
    Community,
    CommunityFigure,
    Details,
    EditionFigure,
    FigureChange,
    ReportEdition,
)
from guanjia.pipelines.reports.quoted import OpenCase, QualityEstimate, Quotes, RankedAgent, Supervision
from guanjia.settings import TIME_ZONE

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE)
ENDS: Mapping[ReportName, datetime] = {
    "weekly": FRIDAY,
    "daily": datetime(2026, 11, 20, 17, tzinfo=TIME_ZONE),
    "monthly": datetime(2026, 11, 1, tzinfo=TIME_ZONE),
}
TARGETS = {
    "on_time": "0.95",
    "callbacks_reached": "0.9",
    "satisfied": "0.9",
    "inspected": "1",
    "entered": "1",
    "collection_rate": "0.9",
    "quality_mean": "90",
    "attendance": "0.95",
    "adherence": "0.92",
    "calls_answered": "0.9",
}
TOWN = (
    Community("XQ001", "翠湖花园", "城东"),
    Community("XQ002", "云栖里", "城东"),
    Community("XQ003", "金桂苑", "城西"),
    Community("XQ004", "澄庭雅苑", "城西"),
    Community("XQ005", "望江府", "城西"),
)
_KINDS = {
    "repair_in_home": 31,
    "repair_public": 19,
    "complaint": 9,
    "enquiry": 14,
    "suggestion": 3,
    "system_fault": 1,
}
_SHARES = {
    "on_time.total": (Decimal("0.962"), 90),
    "on_time.answer": (Decimal("0.93"), 40),
    "on_time.arrival": (Decimal("0.975"), 30),
    "on_time.outcome": (Decimal("0.98"), 20),
    "callbacks_reached": (Decimal("0.91"), 34),
    "satisfied": (Decimal("0.94"), 30),
    "satisfaction": (Decimal("4.52"), 30),
    "vacancy_rate": (Decimal("0.11"), 400),
    "occupancy_rate": (Decimal("0.83"), 370),
    "inspected": (Decimal("0.9"), 44),
    "entered": (Decimal("0.85"), 40),
    "collection_rate": (Decimal("0.873"), 184_000),
    "quality_mean": (Decimal("88.4"), 24),
    "quality_critical": (Decimal("0.02"), 24),
    "attendance": (Decimal("0.958"), 60),
    "adherence": (Decimal("0.904"), 20_000),
    "calls_answered": (Decimal("0.927"), 140),
    "queue_seconds": (Decimal("21"), 130),
}
_COUNTS = {
    "callbacks_due": 34,
    "callbacks_missed": 1,
    "vacant": 44,
    "findings": 3,
    "units_in_arrears": 38,
    "quality_scored": 24,
    "calls_in": 140,
    "unclaimed": 1,
    "cases_overdue": 2,
    "emergencies": 1,
    "rated.5": 19,
    "rated.4": 9,
    "rated.3": 1,
    "rated.2": 1,
    "escalations.0": 6,
    "escalations.1": 3,
    "escalations.2": 1,
    "feedback.system_problem": 4,
    "feedback.market_demand": 3,
    "feedback.unclassified": 2,
}
_MONEY = {
    "billed": "184000.00",
    "arrears": "262345.67",
    "arrears.days_0_30": "98765.43",
    "arrears.days_31_90": "72000.00",
    "arrears.days_91_180": "41080.24",
    "arrears.days_181_365": "30500.00",
    "arrears.days_over_365": "20000.00",
}


def definitions(report: ReportName) -> list[FigureDefinition]:
    """Those of every edition, and the milestones and levels that occurred."""
    more = [definition_of(code) for code in ("on_time.answer", "on_time.arrival", "on_time.outcome")]
    more += [definition_of(f"escalations.{level}") for level in (0, 1, 2)]
    order = {each.code: place for place, each in enumerate(FIGURES)}
    place_of = {"deadlines": order["on_time.total"] + 0.1, "escalations": order["on_time.total"] + 0.2}
    found = [*figures_of(report), *more]
    return sorted(found, key=lambda each: order.get(each.code, place_of.get(each.subject, 0.0)))


def _part(definition: FigureDefinition, random: Random) -> Pair:
    """An invented pair of one community."""
    code, factor = definition.code, Decimal(random.randint(60, 140)) / 100
    if code in _SHARES:
        share, size = _SHARES[code]
        below = Decimal(int(size * factor)) or Decimal(1)
        top = Decimal(1) if definition.unit == "share" else Decimal(100)
        tilt = Decimal(random.randint(-30, 20)) / 1000
        above = min(share * (1 + tilt), top) * below
        is_whole = definition.unit == "share" and code != "collection_rate"
        return Pair(above.quantize(Decimal(1 if is_whole else "0.01")), below, is_share=True)
    if code in _MONEY:
        return Pair((Decimal(_MONEY[code]) * factor).quantize(Decimal("0.01")))
    subject, _dot, word = code.partition(".")
    if subject.startswith("cases_") and word:
        size = _KINDS.get(word, 0) * {"cases_open": 0.2, "cases_reopened": 0.05}.get(subject, 1)
        return Pair(Decimal(int(size * float(factor))))
    return Pair(Decimal(int(_COUNTS.get(code, 0) * factor)))


def invented(
    report: ReportName = "weekly",
    scope: str = "company",
    *,
    seed: int = 7,
    town: Sequence[Community] = TOWN,
    is_empty: bool = False,
    is_unknown: bool = False,
) -> ReportEdition:
    """An edition of a scope of the town.

    Args:
        report: which report.
        scope: of the town.
        seed: decides the numbers; the same for the same seed, whatever the scope.
        town: its communities.
        is_empty: nothing happened: counts are 0, shares have nothing they could be shares of.
        is_unknown: nothing could be counted.
    """
    wanted = definitions(report)
    pairs = {
        (each.community_code, definition.code, time): _kept(
            definition, Random(f"{seed}{each}{definition.code}{time}"), is_empty=is_empty, is_unknown=is_unknown
        )
        for each in town
        for definition in wanted
        for time in ("now", "before")
    }
    for each in town:
        for time in ("now", "before"):
            for subject in ("cases_in", "cases_out", "cases_reopened", "cases_open"):
                kinds = [
                    pair
                    for (code, figure, at), pair in pairs.items()
                    if (code, at) == (each.community_code, time)
                    and figure.startswith(f"{subject}.")
                    and not figure.endswith(".total")
                ]
                if kinds:
                    pairs[(each.community_code, f"{subject}.total", time)] = total(kinds)
    communities = tuple(each for each in town if scope in ("company", f"region:{each.region}", each.community_code))
    rows = tuple(
        CommunityFigure(
            each.community_code,
            definition.code,
            (now := pairs[(each.community_code, definition.code, "now")]).numerator,
            now.denominator,
            (then := pairs[(each.community_code, definition.code, "before")]).numerator,
            then.denominator,
        )
        for each in communities
        for definition in wanted
    )
    period = period_ending(report, ENDS[report])
    periods = [period]
    while len(periods) < 12:
        periods.insert(0, before(periods[0]))
    return ReportEdition(
        report=report,
        period=period.code,
        starts=period.start,
        ends=period.end,
        as_of=period.end,
        shown_edition=1,
        scope=scope,
        communities=communities,
        figures=tuple(_figure(each, rows, periods) for each in wanted),
        by_community=rows,
        trend_periods=tuple(each.code for each in periods),
        breakdowns=() if is_empty or is_unknown else _teams(communities) + _agents(report, communities),
        details=() if is_unknown else tuple(_details(kind, communities, is_empty) for kind in _ROWS),  # type: ignore[arg-type]
        quotes=Quotes() if is_empty or is_unknown else _quotes(report, communities),
    )


def _kept(definition: FigureDefinition, random: Random, *, is_empty: bool, is_unknown: bool) -> Pair:
    if is_unknown:
        return Pair(None, None, definition.is_share)
    if is_empty:
        return Pair(Decimal(0), Decimal(0), is_share=True) if definition.is_share else Pair(Decimal(0))
    return _part(definition, random)


def _figure(
    definition: FigureDefinition, rows: Sequence[CommunityFigure], periods: Sequence[ReportPeriod]
) -> EditionFigure:
    own = [each for each in rows if each.figure == definition.code]
    now = total(
        [Pair(each.numerator, each.denominator, definition.is_share) for each in own], is_share=definition.is_share
    )
    then = total(
        [Pair(each.previous_numerator, each.previous_denominator, definition.is_share) for each in own],
        is_share=definition.is_share,
    )
    target = TARGETS.get(definition.code.partition(".")[0])
    return EditionFigure(
        code=definition.code,
        subject=definition.subject,
        title_zh=definition.title_zh,
        title_en=definition.title,
        unit=definition.unit,
        better=definition.better,
        formula_zh=definition.formula_zh,
        formula_en=definition.formula,
        source=definition.source,
        value=now.value,
        previous=then.value,
        target=Decimal(target) if target else None,
        numerator=now.numerator,
        denominator=now.denominator,
        trend=_trend(now.value, then.value, len(periods), definition),
    )


def _trend(
    value: Decimal | None, previous: Decimal | None, count: int, definition: FigureDefinition
) -> tuple[Decimal | None, ...]:
    random = Random(definition.code)
    older: list[Decimal | None] = []
    for place in range(count - 2):
        known = previous is not None and place > 1
        size = (previous or Decimal(0)) * Decimal(random.randint(92, 106)) / 100
        if definition.unit == "share":
            size = min(size, Decimal(1))
        elif definition.unit == "count":
            size = size.quantize(Decimal(1))
        older.append(size if known else None)
    return (*older, previous, value)


def _teams(communities: Sequence[Community]) -> tuple[Breakdown, ...]:
    found = []
    for number, name in enumerate(("客服一组", "客服二组", "维修班", ""), start=1):
        present, minutes = Decimal(56 + number), Decimal(18_000 + 700 * number)
        code = f"B{number}" if name else ""
        found.append(Breakdown("team", code, name, "attendance", present, Decimal(60 + number)))
        if name != "维修班":
            found.append(Breakdown("team", code, name, "adherence", minutes, Decimal(21_000)))
    parts = (("工程部", 7), ("安保部", 4), ("保洁绿化部", 5))
    found += [Breakdown("department", name, name, "cases_in.complaint", Decimal(n)) for name, n in parts]
    found.append(Breakdown("department", "工程部", "工程部", "cases_in.suggestion", Decimal(2)))
    return (*found, Breakdown("cause", "market_complaint", "market_complaint", "cases_in.complaint", Decimal(9)))


def _agents(report: ReportName, communities: Sequence[Community]) -> tuple[Breakdown, ...]:
    if report != "monthly":
        return ()
    found = []
    for number in range(1, len(communities) + 1):
        code = f"A{number:04d}"
        present, answered = Decimal(17 + number), Decimal(280 + 9 * number)
        found.append(Breakdown("agent", code, f"{code} 陈*", "attendance", present, Decimal(23)))
        found.append(Breakdown("agent", code, f"{code} 陈*", "calls_answered", answered, Decimal(330)))
    return tuple(found)


def _quotes(report: ReportName, communities: Sequence[Community]) -> Quotes:
    """Oldest open cases, and the quality check's week, or month with its ranking."""
    if report == "daily":
        return Quotes()
    cases = tuple(
        OpenCase(f"GD-{each.community_code}-0{n}", each.community_code, kind, 19 - 3 * n, n < 3, f"A{n:04d}")
        for n, (each, kind) in enumerate(zip(communities, ("complaint", "repair_public") * 3, strict=False), start=1)
    )
    if report == "weekly":
        week = QualityEstimate("2026-W46", Decimal("87.9"), Decimal("86.1"), Decimal("89.7"), 118, 1_402)
        return Quotes(cases, (week,))
    month = QualityEstimate("2026-09", Decimal("88.6"), Decimal("87.8"), Decimal("89.4"), 402, 5_610)
    ranking = tuple(
        RankedAgent(
            "2026-09",
            f"A{n:04d}",
            f"A{n:04d} 陈*",
            f"B{n % 3 + 1}",
            each.community_code,
            n if n < 5 else None,
            Decimal(97 - 2 * n) if n < 5 else None,
            Decimal(95 - n),
            Decimal(100 - 3 * n),
            Decimal("95.65"),
            None if n == 2 else Decimal("93.1"),
            "" if n < 5 else "too_few_scored",
        )
        for n, each in enumerate(communities, start=1)
    )
    return Quotes(cases, (), Supervision(month, 60, 50, 8, 6, 402, 322, 31, 27), ranking)


def _at(hours: int) -> datetime:
    return FRIDAY - timedelta(hours=hours)


_ROWS: Mapping[str, Any] = {
    "cases": lambda code, n: (
        code,
        f"GD-{code}-{n:04d}",
        "repair_in_home",
        "ordinary",
        f"1-{n}01",
        "王小明",
        "13812341234",
        _at(50 - n),
        _at(9),
        f"A{n:04d}",
    ),
    "overdue": lambda code, n: (
        code,
        f"GD-{code}-{n:04d}",
        "complaint",
        "answer",
        _at(9),
        None,
        f"1-{n}01",
        "欧阳娜娜",
        "A0007",
    ),
    "callbacks": lambda code, n: (
        code,
        f"HF-{code}-{n}",
        f"GD-{code}-{n:04d}",
        _at(5),
        "reached",
        2,
        5,
        "李梅",
        "师傅很准时，电话 13812341234",
    ),
    "inspections": lambda code, n: (
        code,
        f"XJ-{code}-{n}",
        f"2-{n}02",
        date(2026, 11, 18),
        "done",
        _at(44),
        "X0003",
        "=阳台渗水",
    ),
    "arrears": lambda code, n: (code, f"3-{n}01", "赵敏", "13912345678", date(2026, 8, 20), Decimal("1234.56") + n),
}


def _details(kind: Any, communities: Sequence[Community], is_empty: bool) -> Details:
    rows = [] if is_empty else [_ROWS[kind](each.community_code, n) for each in communities for n in range(1, 5)]
    return Details(kind, tuple(rows), len(rows) + (1_200 if kind == "cases" and rows else 0))


def corrected(edition: ReportEdition) -> ReportEdition:
    """The same as a second edition: payments that came late were attached."""
    changes = []
    for code in ("collection_rate", "arrears"):
        figure = edition.figure(code)
        assert figure is not None and figure.value is not None
        changes.append(FigureChange(code, figure.value * Decimal("0.97"), figure.value))
    changes.append(FigureChange("quality_mean", None, Decimal("88.4")))
    return replace(edition, shown_edition=2, changes=tuple(changes), reason="补录 11 月 19 日到账的 32 笔收款")
