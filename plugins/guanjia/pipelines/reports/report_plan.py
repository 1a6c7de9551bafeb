"""The improvement plan of a report (REP-03): each figure that needs a hand, how much would have met its target, which
community moves it most, and whom it concerns. What is to be done, by whom and until when people fill in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final, Literal

from guanjia.domain.report_catalogue import Subject
from guanjia.i18n import N_, Translator
from guanjia.pipelines.reports.edition import CommunityFigure, EditionFigure, ReportEdition
from guanjia.pipelines.reports.report_sentences import figures_in_need, is_part
from guanjia.pipelines.reports.report_tables import is_notable
from guanjia.pipelines.reports.report_words import short_money, short_value, signed, title_of, value_text

_NEEDED: Final[Mapping[str, str]] = {
    "on_time": N_("{n} more kept on time would have met it"),
    "callbacks_reached": N_("{n} more customers reached would have met it"),
    "satisfied": N_("{n} more satisfied answers would have met it"),
    "inspected": N_("{n} more inspections would have met it"),
    "entered": N_("{n} more units entered would have met it"),
    "collection_rate": N_("{n} more collected would have met it"),
    "attendance": N_("{n} more shifts attended would have met it"),
    "adherence": N_("{n} more minutes logged in would have met it"),
    "calls_answered": N_("{n} more calls answered would have met it"),
}
"""What would have met a target, by the first word of the figure's code."""

_CONCERNS: Final[Mapping[Subject, str]] = {
    "cases": N_("team leaders, supervisor"),
    "deadlines": N_("team leaders, supervisor"),
    "escalations": N_("who was told of the step"),
    "callbacks": N_("callback agents, team leaders"),
    "vacancy": N_("inspectors, manager"),
    "money": N_("fee collection, manager"),
    "quality": N_("team leaders, quality check"),
    "people": N_("team leaders"),
    "feedback": N_("departments answering"),
    "calls": N_("team leader on duty"),
    "custody": N_("front desk, administration"),
}
"""Posts a chapter concerns; persons are named by who fills in the plan."""


Basis = Literal["lacking", "count", "change"]


@dataclass(frozen=True)
class PlanItem:
    """A line of the plan.

    Attributes:
        figure: what needs a hand.
        missing: what its numerator (of a mean: its value) lacked to the target, rounded up; None: it is about a
            count, or has no target.
        community: name of the community that moves it most; blank: there is one only, or it belongs to none.
        part: what that community lacks, counts, or changed by.
        basis: by which of them communities are compared: what they lack to the target, the count that should be
            nothing, or the change for the worse.
    """

    figure: EditionFigure
    missing: Decimal | None
    community: str = ""
    part: Decimal | None = None
    basis: Basis = "lacking"


def plan_items(edition: ReportEdition) -> list[PlanItem]:
    """The plan's lines: targets missed, furthest first; counts that should be nothing; what else is notably worse.

    Parts of a figure, such as a milestone with one deadline, come after the wholes among those missed.
    """
    needed = sorted(figures_in_need(edition), key=lambda each: (each.movement.meets_target is not False, is_part(each)))
    worse = [
        each
        for each in edition.figures
        if each.target is None and each not in needed and is_notable(each) and not is_part(each)
    ]
    found = [_item(edition, each, "count" if each.target is None else "lacking") for each in needed]
    return found + [_item(edition, each, "change") for each in worse]


def _item(edition: ReportEdition, figure: EditionFigure, basis: Basis) -> PlanItem:
    missing = lacking(figure, figure.numerator, figure.denominator) if basis == "lacking" else None
    rows = [each for each in edition.by_community if each.figure == figure.code and each.community_code]
    if len(edition.communities) < 2 or not rows:
        return PlanItem(figure, missing)
    row = max(rows, key=lambda each: (_weight(figure, each, basis), each.community_code))
    if _weight(figure, row, basis) <= 0 or row.numerator is None:
        return PlanItem(figure, missing)
    parts = {
        "lacking": lacking(figure, row.numerator, row.denominator),
        "count": row.numerator,
        "change": row.numerator - (row.previous_numerator or Decimal(0)),
    }
    return PlanItem(figure, missing, edition.named(row.community_code), parts[basis], basis)


def _weight(figure: EditionFigure, row: CommunityFigure, basis: Basis) -> Decimal:
    """How much a community moves a figure: by what it lacks to the target, its count, or how much worse it got."""
    sign = 1 if figure.better == "more" else -1
    if row.numerator is None:
        return Decimal(0)
    if basis == "lacking":
        return sign * ((figure.target or Decimal(0)) * (row.denominator or Decimal(0)) - row.numerator)
    if basis == "count":
        return row.numerator
    if figure.is_share or row.previous_numerator is None:
        return Decimal(0)
    return sign * (row.previous_numerator - row.numerator)


def lacking(figure: EditionFigure, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """What a share's numerator, or a mean's value, lacked to the target; whole units, of money to the cent.

    8 deadlines due, 5 kept, target 95 %: 8 × 0.95 = 7.6, so 3 more would have met it. A mean of 88.4 against 90: 1.6.

    Args:
        figure: share or mean with a target it missed.
        numerator: of the scope, or of one of its communities.
        denominator: of the same.
    """
    if numerator is None or not denominator or figure.target is None:
        return None
    if figure.unit != "share":
        return abs(figure.target - numerator / denominator)
    gap = figure.target * denominator - numerator
    if figure.better == "less":
        gap = -gap
    step = Decimal("0.01") if figure.code == "collection_rate" else Decimal(1)
    return max(gap.quantize(step, rounding=ROUND_CEILING), Decimal(0))


def plan_words(_: Translator, item: PlanItem) -> str:
    """A line of the plan as a sentence."""
    figure = item.figure
    value = short_value(_, figure, figure.value)
    parts = [_("{title} {value}", title=title_of(_, figure), value=value)]
    if figure.target is not None:
        parts[0] = _(
            "{title} {value} (target {target})",
            title=title_of(_, figure),
            value=value,
            target=short_value(_, figure, figure.target),
        )
    elif figure.previous is not None:
        parts[0] = _(
            "{title} {value} (before: {before})",
            title=title_of(_, figure),
            value=value,
            before=short_value(_, figure, figure.previous),
        )
    parts += [needed_words(_, item), most_words(_, item), _("concerns: {who}", who=concerned_words(_, figure))]
    return _("; ").join(part for part in parts if part)


def needed_words(_: Translator, item: PlanItem) -> str:
    """What would have met the target; blank: there is no such number."""
    if item.missing is None:
        return ""
    words = _NEEDED.get(item.figure.code.partition(".")[0])
    if words is None:
        return _("short by {n}", n=value_text(_, item.figure, item.missing))
    return _(words, n=_size(_, item.figure, item.missing))


def most_words(_: Translator, item: PlanItem) -> str:
    """Which community moves it most, with its part; blank: there is none to name."""
    if not item.community or item.part is None:
        return ""
    size = _size(_, item.figure, abs(item.part))
    if item.basis == "change":
        return _("changed most: {community} ({n})", community=item.community, n=signed(item.part, size))
    if item.basis == "lacking":
        return _("most lacking: {community} ({n})", community=item.community, n=size)
    return _("most: {community} ({n})", community=item.community, n=size)


def concerned_words(_: Translator, figure: EditionFigure) -> str:
    """The posts it concerns."""
    return _(_CONCERNS[figure.subject])


def _size(_: Translator, figure: EditionFigure, size: Decimal) -> str:
    if figure.unit == "yuan" or figure.code == "collection_rate":
        return short_money(_, size)
    return value_text(_, figure, size) if figure.unit != "share" else f"{size:,f}"


def shown_first(items: Iterable[PlanItem], limit: int) -> tuple[list[PlanItem], int]:
    """The first lines, and how many there are besides."""
    every = list(items)
    return every[:limit], max(len(every) - limit, 0)
