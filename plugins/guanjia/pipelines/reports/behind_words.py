"""What stands behind a figure in the reader's words: what a row is, what became of it, what it adds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from guanjia.domain.report_catalogue import KINDS, MILESTONES
from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import day_text, instant_text, money_text
from guanjia.pipelines.overdue_escalations.wording import level_words, role_words
from guanjia.pipelines.reports.behind import BehindRow
from guanjia.pipelines.reports.edition import EditionFigure
from guanjia.pipelines.reports.report_words import NOT_KNOWN, value_text
from guanjia.pipelines.reports.served import day_of

_MONEY: Final = ("billed", "collection_rate", "arrears")
"""Figures, without their word, of which numerator and denominator are yuan."""

DUE_ON_A_DAY: Final = frozenset({"bills", "debtors", "inspections"})
"""Kinds of rows that fall due on a day, at no hour."""
_NOTES: Final[Mapping[str, Mapping[str, str]]] = {
    "deadlines": {
        "met": N_("met in time"),
        "met_late": N_("met late"),
        "unmet": N_("not met by the end of the period"),
    },
    "callbacks": {
        "reached": N_("reached"),
        "missed": N_("not reached within its window"),
        "unreached": N_("given up, not reached"),
        "refused": N_("did not want to talk"),
        "satisfied": N_("reached"),
    },
    "units": {"vacant": N_("vacant"), "occupied": N_("lived in"), "empty": N_("nobody registered as living there")},
    "inspections": {
        "entered": N_("entered"),
        "visited": N_("visited, not entered"),
        "unmade": N_("not made by the end of the period"),
    },
    "shifts": {"present": N_("present"), "absent": N_("absent")},
    "calls": {"answered": N_("answered"), "unanswered": N_("not answered")},
    "custody": {
        "valuable": N_("valuable, unclaimed"),
        "ordinary": N_("unclaimed"),
        "key": N_("key still out"),
        "computer": N_("computer out of order"),
        "phone": N_("telephone out of order"),
        "printer": N_("printer out of order"),
        "fax": N_("fax machine out of order"),
        "server": N_("server out of order"),
    },
}
_NAMES: Final[Mapping[str, str]] = {
    "cases": N_("Cases"),
    "deadlines": N_("Deadlines of cases"),
    "escalations": N_("Escalated cases"),
    "callbacks": N_("Callbacks"),
    "ratings": N_("Ratings given in callbacks"),
    "units": N_("Homes and rooms"),
    "inspections": N_("Inspections"),
    "findings": N_("Inspections with a finding"),
    "bills": N_("Bills"),
    "debtors": N_("Units that owe something"),
    "samples": N_("Quality samples"),
    "shifts": N_("Shifts (by staff number)"),
    "calls": N_("Calls that came in"),
    "custody": N_("Things kept and devices"),
}


def rows_name(_: Translator, kind: str) -> str:
    """What the rows of a kind are."""
    return _(_NAMES.get(kind, kind))


def note_words(_: Translator, kind: str, note: str) -> str:
    """What a row is, or what became of it, in words; blank where there is nothing to say."""
    if kind == "cases":
        return _pick(_, KINDS.get(note), note)
    if kind == "deadlines":
        milestone, _colon, outcome = note.partition(":")
        became = _NOTES["deadlines"].get(outcome, outcome)
        return _("{milestone}: {outcome}", milestone=_pick(_, MILESTONES.get(milestone), milestone), outcome=_(became))
    if kind == "escalations":
        milestone, level, role = note.split(":")
        return _(
            "{milestone}: {level}, tells the {role}",
            milestone=_pick(_, MILESTONES.get(milestone), milestone),
            level=level_words(_, int(level)),
            role=role_words(_, role),
        )
    if kind == "ratings":
        return _("rated {score} of 5", score=note)
    if kind == "findings":
        return _("opened case {code}", code=note)
    if kind == "bills":
        return _("unit {code}", code=note)
    if kind == "debtors":
        return _("owes {amount}", amount=money_text(Decimal(note)))
    if kind == "samples":
        return _("score {score}", score=note)
    found = _NOTES.get(kind, {}).get(note)
    return _(found) if found else note


def when_text(_: Translator, kind: str, happened_at: datetime | None) -> str:
    """When a row came in or fell due: to the minute, but of what is due on a day the day; blank where it has none."""
    if happened_at is None:
        return ""
    return day_text(day_of(happened_at), _.language) if kind in DUE_ON_A_DAY else instant_text(happened_at, _.language)


def _pick(_: Translator, words: tuple[str, str] | None, code: str) -> str:
    return code if words is None else words[_.language == "zh"]


def part_text(figure: EditionFigure, value: Decimal | None) -> str:
    """A numerator or denominator as it can be typed into a calculator: ``412``, ``1,234.50`` yuan, ``86.666667``."""
    if value is None:
        return NOT_KNOWN
    if figure.code.partition(".")[0] in _MONEY:
        return money_text(value)
    short = round(value, 6).normalize()
    return f"{short:,f}" if short else "0"


def pair_text(figure: EditionFigure, numerator: Decimal | None, denominator: Decimal | None) -> str:
    """``2 ÷ 8`` of a share or mean, else the number alone; n/a where nothing was counted."""
    if numerator is None or not figure.is_share:
        return part_text(figure, numerator)
    return f"{part_text(figure, numerator)} ÷ {part_text(figure, denominator or Decimal(0))}"


def added_text(_: Translator, figure: EditionFigure, row: BehindRow) -> str:
    """What a row adds; blank where each row is simply one."""
    if figure.is_share and figure.unit != "share":  # a mean: what is averaged, and what it weighs unless all weigh 1
        pair = part_text(figure, row.numerator), part_text(figure, row.denominator)
        if row.denominator != 1:
            return " ÷ ".join(pair)
        return value_text(_, figure, row.numerator) if figure.unit == "seconds" else pair[0]
    if figure.is_share:
        adds = {"n": part_text(figure, row.numerator), "of": part_text(figure, row.denominator)}
        return _("counts {n} of {of}", **adds)
    return "" if row.numerator == 1 and figure.unit == "count" else part_text(figure, row.numerator)
