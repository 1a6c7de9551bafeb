"""What became of an edition: the newer one that took its place, what that changed, and whether figures still hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import instant_text
from guanjia.pipelines.reports.behind import Behind
from guanjia.pipelines.reports.behind_words import pair_text
from guanjia.pipelines.reports.edition import EditionFigure, ReportEdition
from guanjia.pipelines.reports.report_words import value_text
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_WHAT_NOW: Final = {
    "told": N_("Something was loaded or put right since; a corrected edition would say so."),
    "computed": N_("Something was loaded or put right since; it is computed anew before it is mailed."),
    "preview": N_("Something was loaded or put right since; a new preview would show it."),
}
"""What becomes of a figure that holds no longer, by the state of its edition."""
_SINCE: Final = N_("Something was loaded or put right since.")


@dataclass(frozen=True)
class LaterEdition:
    """The edition that took the place of another one, with the figure asked for.

    Attributes:
        edition: its number.
        told_at: when it was mailed; None: not yet.
        reason: why it was made; blank: none was given.
        figure: the figure as it has it; None: it has none of that code.
    """

    edition: int
    told_at: datetime | None
    reason: str
    figure: EditionFigure | None


def find_later(
    transaction: Transaction, edition: ReportEdition, number: int, figure: EditionFigure, as_of: datetime
) -> LaterEdition | None:
    """The newest edition that took the place of one; None: it is the newest.

    Args:
        transaction: open transaction; nothing is written.
        edition: the scope's edition.
        number: its number among the editions of its period.
        figure: one of its figures.
        as_of: aware; editions mailed later are not seen, inclusive.
    """
    row = execute(
        transaction,
        "reports/find_later_edition",
        report=edition.report,
        period=edition.period,
        edition=number,
        scope=edition.scope,
        figure=figure.code,
        as_of=as_of,
    ).one_or_none()
    if row is None:
        return None
    changed = None
    if row.has_figure:
        changed = replace(figure, value=row.figure_value, numerator=row.numerator, denominator=row.denominator)
    return LaterEdition(row.edition, row.told_at, row.reason, changed)


def later_sentences(_: Translator, figure: EditionFigure, later: LaterEdition) -> Iterator[str]:
    """Which edition took the place of this one, why, and what that means for the figure."""
    if later.told_at is None:
        yield _("Edition {n} is to take its place and was not mailed yet.", n=later.edition)
    else:
        yield _(
            "Edition {n}, mailed by the run as of {instant}, took its place.",
            n=later.edition,
            instant=instant_text(later.told_at, _.language),
        )
    if later.reason:
        yield _("Edition {n} is a correction: {reason}", n=later.edition, reason=later.reason)
    if later.figure is None:
        yield _("Edition {n} does not have this figure.", n=later.edition)
        return
    before, after = (value_text(_, figure, each.value) for each in (figure, later.figure))
    if _same_parts(figure, later.figure):
        yield _("Edition {n} left this figure as it is.", n=later.edition)
    else:
        yield _(
            "Edition {n} changed this figure from {before} to {after}.", n=later.edition, before=before, after=after
        )


def agreement_sentence(
    _: Translator, figure: EditionFigure, behind: Behind, state: str, later: LaterEdition | None = None
) -> str:
    """Whether the records known now still give the figure, and what becomes of it where they do not.

    Args:
        _: translator.
        figure: as the edition has it.
        behind: the rows behind it.
        state: of the edition.
        later: the edition that took its place; None: none did.
    """
    if not behind.total and figure.numerator is None:
        return _("Counted again from the records known now: nothing, as in the edition.")
    parts = {
        "pair": pair_text(figure, behind.numerator, behind.denominator),
        "stored": pair_text(figure, figure.numerator, figure.denominator),
    }
    if behind.agrees_with(figure):
        return _("Counted again from the records known now: {pair}, as in the edition.", **parts)
    if later is not None and later.figure is not None:
        parts |= {"n": str(later.edition)}
        if behind.agrees_with(later.figure):
            return _(
                "Counted again from the records known now: {pair}, as in edition {n}; in this one {stored}.", **parts
            )
        parts["newer"] = pair_text(figure, later.figure.numerator, later.figure.denominator)
        what_now = _WHAT_NOW["computed" if later.told_at is None else "told"]
        return _spaced(
            _,
            _(
                "Counted again from the records known now: {pair}, in this edition {stored}, in edition {n} {newer}.",
                **parts,
            ),
            _(what_now),
        )
    differs = _("Counted again from the records known now: {pair}, in the edition {stored}.", **parts)
    return _spaced(_, differs, _(_SINCE if later is not None else _WHAT_NOW.get(state, _SINCE)))


def _same_parts(one: EditionFigure, other: EditionFigure) -> bool:
    def parts(figure: EditionFigure) -> tuple[Decimal | None, ...]:
        return figure.value, figure.numerator, figure.denominator

    return parts(one) == parts(other)


def _spaced(_: Translator, *sentences: str) -> str:
    return ("" if _.language == "zh" else " ").join(sentences)
