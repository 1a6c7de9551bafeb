"""The summary of a report: three to six sentences that a manager reads in a minute, written from the figures.

What happened, how it stands against the period before and the target, what needs a hand, and which community moved
most. Where nothing could be counted the sentence says so; it never says 0 % or 100 %. Source: pipelines §7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from guanjia.i18n import Translator
from guanjia.i18n.formats import listed
from guanjia.pipelines.quality_sampling.words import period_words, score_text
from guanjia.pipelines.reports.edition import EditionFigure, ReportEdition
from guanjia.pipelines.reports.report_estimates import interval_words
from guanjia.pipelines.reports.report_words import (
    NOT_KNOWN,
    before_spoken,
    number_text,
    percent_of,
    short_money,
    short_value,
    title_of,
    value_text,
)

NAMED_NEEDS: Final = 4
"""Things that need a hand named in the sentence; there may be more in the tables."""

_COUNTED_NEEDS: Final = (
    "cases_overdue",
    "emergencies",
    "callbacks_missed",
    "keys_out",
    "devices_abnormal",
)
"""Counts of which each one needs a hand, the most pressing first."""


@dataclass(frozen=True)
class Mover:
    """The community whose intake changed most; value and previous are cases taken in."""

    community_name: str
    value: Decimal
    previous: Decimal


def summary_sentences(_: Translator, edition: ReportEdition) -> tuple[str, ...]:
    """The summary.

    Returns:
        Three to six sentences, the most important first.
    """
    found = [
        _cases_sentence(_, edition),
        _repairs_sentence(_, edition),
        _deadlines_sentence(_, edition),
        _money_sentence(_, edition),
        _callbacks_sentence(_, edition),
        _needs_sentence(_, edition),
        _quality_sentence(_, edition) or _mover_sentence(_, edition),
    ]
    return tuple(sentence for sentence in found if sentence)


def biggest_mover(edition: ReportEdition) -> Mover | None:
    """The community whose number of cases taken in changed most; None: one community, or nothing changed."""
    if len(edition.communities) < 2:
        return None
    movers = [
        Mover(edition.named(each.community_code), each.numerator, each.previous_numerator)
        for each in edition.by_community
        if each.figure == "cases_in.total"
        and each.community_code
        and each.numerator is not None
        and each.previous_numerator is not None
        and each.numerator != each.previous_numerator
    ]
    return max(movers, key=lambda each: (abs(each.value - each.previous), each.community_name), default=None)


def figures_in_need(edition: ReportEdition) -> list[EditionFigure]:
    """What needs a hand: counts that should be nothing, then targets missed, the furthest from it first.

    What is a part of another figure, such as a milestone of all deadlines, comes after the whole ones: one deadline of
    one due is far from its target, and little.
    """
    counted = [figure for code in _COUNTED_NEEDS if (figure := edition.figure(code)) and figure.value]
    missed = [each for each in edition.figures if each.movement.meets_target is False]
    return counted + sorted(missed, key=lambda each: (is_part(each), -_distance(each)))


def is_part(figure: EditionFigure) -> bool:
    """Whether a figure is a part of another one: a milestone, level, kind, age or class."""
    return "." in figure.code and not figure.code.endswith(".total")


def _distance(figure: EditionFigure) -> Decimal:
    """How far a figure is from its target, in parts of the target."""
    value, target = figure.value or Decimal(0), figure.target or Decimal(0)
    return abs(value - target) / abs(target) if target else abs(value)


def _cases_sentence(_: Translator, edition: ReportEdition) -> str:
    taken, done, still = (edition.figure(f"cases_{word}.total") for word in ("in", "out", "open"))
    if taken is None or done is None or still is None or taken.value is None:
        return _("Cases could not be counted for this period (n/a).")
    parts = _(
        "{taken} cases came in{change}, {done} were finished and {still} are still open",
        taken=value_text(_, taken, taken.value),
        change=_aside(_, _more_or_fewer(_, taken, edition)),
        done=value_text(_, done, done.value),
        still=value_text(_, still, still.value),
    )
    overdue = edition.figure("cases_overdue")
    if overdue is None or not overdue.value:
        return _("{sentence}.", sentence=parts)
    return _("{sentence}, {overdue} of them overdue.", sentence=parts, overdue=value_text(_, overdue, overdue.value))


def _repairs_sentence(_: Translator, edition: ReportEdition) -> str:
    """In-home and public repairs apart, of the day (REP-02)."""
    if edition.report != "daily":
        return ""
    parts = []
    for kind, words in (
        ("repair_in_home", _("in-home repairs: {taken} in, {done} finished, {still} open")),
        ("repair_public", _("public-area repairs: {taken} in, {done} finished, {still} open")),
    ):
        figures = [edition.figure(f"cases_{word}.{kind}") for word in ("in", "out", "open")]
        taken, done, still = (NOT_KNOWN if each is None else value_text(_, each, each.value) for each in figures)
        parts.append(words.format(taken=taken, done=done, still=still))
    return _("{sentence}.", sentence=_capital(_("; ").join(parts)))


def _aside(_: Translator, words: str) -> str:
    return _(" ({words})", words=words) if words else ""


def _more_or_fewer(_: Translator, figure: EditionFigure, edition: ReportEdition) -> str:
    change = figure.movement.change
    if change is None:
        return ""
    before = before_spoken(_, edition.report)
    if not change:
        return _("as many as {before}", before=before)
    size = short_value(_, figure, abs(change))
    return (
        _("{n} more than {before}", n=size, before=before)
        if change > 0
        else _("{n} fewer than {before}", n=size, before=before)
    )


def _deadlines_sentence(_: Translator, edition: ReportEdition) -> str:
    figure = edition.figure("on_time.total")
    if figure is None:
        return ""
    if figure.value is None and edition.missing_calendars:
        return _(
            "There is no on-time rate (n/a): the working calendar deadlines are worked out by is missing "
            "({calendars}).",
            calendars=listed(_, edition.missing_calendars),
        )
    if figure.value is None:
        return _("No deadline fell due in the period: there is no on-time rate (n/a).")
    said = _("{value} of the deadlines due were kept", value=value_text(_, figure, figure.value))
    return _joined(_, (said, _against_target(_, figure), _rose_or_fell(_, figure, edition)))


def _money_sentence(_: Translator, edition: ReportEdition) -> str:
    rate, arrears = edition.figure("collection_rate"), edition.figure("arrears")
    parts = []
    if rate is not None and rate.value is not None:
        said = _("{value} of the fees due were collected", value=value_text(_, rate, rate.value))
        parts += [said, _against_target(_, rate)]
    if arrears is not None and arrears.value is not None and (arrears.value or arrears.previous):
        parts.append(_("arrears stand at {amount}", amount=short_money(_, arrears.value)))
        change = arrears.movement.change
        if change:
            before, amount = before_spoken(_, edition.report), short_money(_, abs(change))
            more = _("{amount} more than {before}", amount=amount, before=before)
            parts.append(more if change > 0 else _("{amount} less than {before}", amount=amount, before=before))
    return _joined(_, parts)


def _callbacks_sentence(_: Translator, edition: ReportEdition) -> str:
    due, reached, satisfied = (edition.figure(code) for code in ("callbacks_due", "callbacks_reached", "satisfied"))
    parts = []
    if due is not None and due.value and reached is not None and reached.value is not None:
        parts.append(
            _(
                "of {n} callbacks due {share} were reached",
                n=value_text(_, due, due.value),
                share=value_text(_, reached, reached.value),
            )
        )
    if satisfied is not None and satisfied.value is not None:
        parts.append(_("{share} of those who answered were satisfied", share=value_text(_, satisfied, satisfied.value)))
        parts.append(_against_target(_, satisfied))
    return _joined(_, parts)


def _needs_sentence(_: Translator, edition: ReportEdition) -> str:
    found = figures_in_need(edition)
    if not found:
        is_judged = any(each.movement.meets_target is not None for each in edition.figures)
        if is_judged:
            return _("Every target that could be judged was met; nothing needs a hand.")
        return _("Nothing could be judged against a target in this period.")
    shown = [_need(_, each) for each in found[:NAMED_NEEDS]]
    words = _("; ").join(shown)
    if len(found) == len(shown):
        return _("Needs a hand: {what}.", what=words)
    return _("Needs a hand: {what}; and {n} more, marked in the tables.", what=words, n=len(found) - len(shown))


def _need(_: Translator, figure: EditionFigure) -> str:
    title, value = title_of(_, figure), short_value(_, figure, figure.value)
    if figure.target is None or figure.code in _COUNTED_NEEDS:
        return _("{title} {value}", title=title, value=value)
    target = short_value(_, figure, figure.target)
    return _("{title} {value} (target {target})", title=title, value=value, target=target)


def _quality_sentence(_: Translator, edition: ReportEdition) -> str:
    """The quality month last closed, of the monthly report (REP-04); blank: none, or nothing of it is known."""
    found = edition.quotes.supervision
    if found is None or found.estimate.mean is None:
        return ""
    said = _(
        "Service quality of {month}: mean score {mean} ({interval})",
        month=period_words(_, found.estimate.period),
        mean=score_text(found.estimate.mean),
        interval=interval_words(_, found.estimate),
    )
    if not found.lots:
        return _("{sentence}.", sentence=said)
    return _(
        "{sentence}; {rejected} of {n} agents' lots were not accepted.",
        sentence=said,
        rejected=found.rejected,
        n=found.lots,
    )


def _mover_sentence(_: Translator, edition: ReportEdition) -> str:
    mover = biggest_mover(edition)
    if mover is None:
        return ""
    change = mover.value - mover.previous
    fields = {
        "community": mover.community_name,
        "value": number_text(_, "count", mover.value),
        "n": number_text(_, "count", abs(change)),
        "before": before_spoken(_, edition.report),
    }
    if change > 0:
        return _("Biggest change: {community}, with {value} cases taken in, {n} more than {before}.", **fields)
    return _("Biggest change: {community}, with {value} cases taken in, {n} fewer than {before}.", **fields)


def _against_target(_: Translator, figure: EditionFigure) -> str:
    meets = figure.movement.meets_target
    if meets is None:
        return ""
    target = value_text(_, figure, figure.target)
    if value_text(_, figure, figure.value) == target:
        return _("on target") if meets else _("just short of the target of {target}", target=target)
    is_above = (figure.value or Decimal(0)) > (figure.target or Decimal(0))
    if is_above:
        return _("above the target of {target}", target=target)
    return _("below the target of {target}", target=target)


def _rose_or_fell(_: Translator, figure: EditionFigure, edition: ReportEdition) -> str:
    """By how many points a share moved, as the two values round."""
    if figure.value is None or figure.previous is None:
        return ""
    points = percent_of(figure.value) - percent_of(figure.previous)
    before = before_spoken(_, edition.report)
    if not points:
        return _("as {before}", before=before)
    if points > 0:
        return _("{n} percentage points higher than {before}", n=f"{points:f}", before=before)
    return _("{n} percentage points lower than {before}", n=f"{-points:f}", before=before)


def _joined(_: Translator, parts: Sequence[str]) -> str:
    """Parts of a sentence with commas between them, a capital before and a full stop after."""
    words = _(", ").join(part for part in parts if part)
    return _("{sentence}.", sentence=_capital(words)) if words else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
