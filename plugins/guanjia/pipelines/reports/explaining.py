"""Why a figure of a report is what it is: its parts, formula and source, the communities, and the rows behind it.

Every derived row explains itself (pipelines 0.8). The rows behind are counted again from the records known now, so that
a figure that no longer holds says so. Codes only; nobody's name or telephone number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from guanjia.domain.errors import UnknownName
from guanjia.domain.report_periods import ReportName
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import instant_text, listed
from guanjia.pipelines.reports.behind import Behind, BehindRow, rows_behind
from guanjia.pipelines.reports.behind_words import added_text, note_words, pair_text, rows_name, when_text
from guanjia.pipelines.reports.edition import COMPANY, REGION, CommunityFigure, EditionFigure, ReportEdition
from guanjia.pipelines.reports.later import LaterEdition, agreement_sentence, find_later, later_sentences
from guanjia.pipelines.reports.reading import read_edition
from guanjia.pipelines.reports.report_remarks import NEED_A_CALENDAR, calendar_sentences
from guanjia.pipelines.reports.report_words import (
    TITLES,
    before_spoken,
    change_text,
    formula_of,
    period_span,
    scope_name,
    title_of,
    value_text,
)
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute
from guanjia.store.tables import datasets

REPORTS: Final = get_args(ReportName)
EXAMPLE: Final = "weekly/2026-11-20/company/on_time"
"""Code of a figure as people write it."""
_SHOWN_PARTS: Final = 50
_STATES: Final = {
    "computed": N_("It was not mailed yet."),
    "preview": N_("It is a preview and was not mailed."),
    "not_sent": N_("It was not mailed: a later edition or period took its place."),
}


@dataclass(frozen=True)
class FigureCode:
    """Which figure is asked for: ``report/period/scope/figure``, and the edition behind a further stroke.

    Attributes:
        report: weekly, daily or monthly.
        period: its last day, or the month.
        scope: company, region:NAME, or a community.
        figure: code of the figure; of a figure counted by something without that word: all of it.
        edition: number of the edition; None: the newest its readers had.
    """

    report: ReportName
    period: str
    scope: str
    figure: str
    edition: int | None = None

    @classmethod
    def read(cls, written: str, language: str) -> FigureCode:
        """The code as people write it.

        Args:
            written: ``report/period/scope/figure``, with the edition behind a further stroke.
            language: zh or en, of what is said where it is none.

        Raises:
            UnknownName: it is none.
        """
        report, _stroke, rest = written.strip().partition("/")
        period, _stroke, rest = rest.partition("/")
        edition = None
        if rest.rpartition("/")[2].isdigit() and rest.count("/") >= 2:
            rest, _stroke, number = rest.rpartition("/")
            edition = int(number)
        scope, _stroke, figure = rest.rpartition("/")
        known = next((each for each in REPORTS if each == report), None)
        if known is None or not (period and scope and figure):
            _ = gettext_for(language)
            raise UnknownName(
                _("“{code}” is no figure of a report. Write it like {example}.", code=written.strip(), example=EXAMPLE)
            )
        return cls(known, period, scope, figure, edition)


def is_figure_code(written: str) -> bool:
    """Whether something looks like the code of a figure, right or wrong."""
    return written.strip().partition("/")[0] in REPORTS and "/" in written


def explain_figure(transaction: Transaction, code: str, as_of: datetime, language: str) -> list[str]:
    """Why a figure is what it is.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        code: ``report/period/scope/figure``; a last part that is a number is the edition.
        as_of: aware; editions of periods that end later are not seen.
        language: zh or en.

    Returns:
        Sentences: value, formula and sources; the pair; period before, change and target; the communities it is added
        up from; the edition and the run that computed it; the rows behind, at most 50, and whether they still give it.

    Raises:
        UnknownName: there is no such edition, scope or figure.
    """
    _ = gettext_for(language)
    asked = FigureCode.read(code, language)
    stored = _edition_of(_, transaction, asked, as_of)
    _require_scope(_, transaction, asked, stored.edition)
    edition = read_edition(transaction, asked.report, asked.period, stored.edition, asked.scope)
    figure = find_figure(_, edition, asked.figure)
    behind = rows_behind(transaction, edition, figure)
    later = find_later(transaction, edition, stored.edition, figure, as_of)
    return [
        *_head(_, edition, figure),
        *_compared(_, edition, figure),
        *_added_up(_, edition, figure),
        *_edition_sentences(_, edition, figure, stored),
        *(later_sentences(_, figure, later) if later is not None else ()),
        *_behind_sentences(_, edition, figure, behind, stored.state, later),
    ]


def _edition_of(_: Translator, transaction: Transaction, asked: FigureCode, as_of: datetime) -> Any:
    found = execute(
        transaction,
        "reports/read_explained_edition",
        report=asked.report,
        period=asked.period,
        edition=asked.edition,
        as_of=as_of,
    ).one_or_none()
    if found is None:
        named = {"report": _(TITLES[asked.report]), "period": asked.period, "instant": instant_text(as_of, _.language)}
        if asked.edition is None:
            raise UnknownName(
                _(
                    "{report} {period}: there is no edition of it by {instant}. `guanjia export report_editions` lists "
                    "those there are.",
                    **named,
                )
            )
        raise UnknownName(
            _(
                "{report} {period}: there is no edition {n} of it by {instant}. `guanjia export report_editions` lists "
                "those there are.",
                n=asked.edition,
                **named,
            )
        )
    return found


def _require_scope(_: Translator, transaction: Transaction, asked: FigureCode, number: int) -> None:
    of_edition = {"report": asked.report, "period": asked.period, "edition": number, "only_changed": False}
    scopes = execute(transaction, "reports/list_edition_scopes", **of_edition).scalars().all()
    if asked.scope not in scopes:
        raise UnknownName(
            _(
                "{report} {period} has no scope {scope}. It has {known}.",
                report=_(TITLES[asked.report]),
                period=asked.period,
                scope=asked.scope,
                known=listed(_, sorted(scopes, key=_by_width)[:_SHOWN_PARTS]),
            )
        )


def _by_width(scope: str) -> tuple[bool, bool, str]:
    return scope != COMPANY, not scope.startswith(REGION), scope


def find_figure(_: Translator, edition: ReportEdition, code: str) -> EditionFigure:
    """A figure of an edition by its code; without its word, all of it (``on_time`` is ``on_time.total``).

    Raises:
        UnknownName: it has none.
    """
    found = edition.figure(code) or edition.figure(f"{code}.total")
    if found is None:
        alike = [each.code for each in edition.figures if each.code.partition(".")[0] == code.partition(".")[0]]
        named = {"report": _(TITLES[edition.report]), "period": edition.period, "figure": code}
        if alike:
            known = listed(_, alike)
            raise UnknownName(_("{report} {period} has no figure {figure}. It has {known}.", known=known, **named))
        raise UnknownName(
            _(
                "{report} {period} has no figure {figure}. `guanjia export report_definitions` lists those it has.",
                **named,
            )
        )
    return found


def _head(_: Translator, edition: ReportEdition, figure: EditionFigure) -> Iterator[str]:
    yield _(
        "{figure} ({code}), {report} {period}, {scope}: {value}.",
        figure=title_of(_, figure),
        code=figure.code,
        report=_(TITLES[edition.report]),
        period=edition.period,
        scope=scope_name(_, edition),
        value=value_text(_, figure, figure.value),
    )
    yield _("How it is worked out: {formula}", formula=formula_of(_, figure))
    yield _("Counted in: {datasets}. {span}.", datasets=_dataset_names(_, figure), span=period_span(_, edition))
    lacks_calendars = bool(NEED_A_CALENDAR & {figure.code, figure.subject} and edition.missing_calendars)
    if lacks_calendars:
        yield from calendar_sentences(_, edition)
    if figure.value is None and not lacks_calendars:
        yield _("It is n/a because nothing could be counted; it is not 0.")
    elif figure.value is not None and figure.is_share:
        pair = pair_text(figure, figure.numerator, figure.denominator)
        yield _("{pair} = {value}.", pair=pair, value=value_text(_, figure, figure.value))
    if figure.is_provisional:
        yield _("It may still change: some of what it counts rests on a calendar that is not published yet.")


def _dataset_names(_: Translator, figure: EditionFigure) -> str:
    """The datasets a figure is counted in; for readers of Chinese with the name they have in lists and pages."""
    known = datasets()
    spoken = {name: str(known[name].info["zh"]) for name in figure.source if name in known and _.language == "zh"}
    return listed(_, (f"{spoken[name]}（{name}）" if name in spoken else name for name in figure.source))


def _compared(_: Translator, edition: ReportEdition, figure: EditionFigure) -> Iterator[str]:
    if figure.previous is not None:
        change = change_text(_, figure)
        before = before_spoken(_, edition.report).capitalize()
        value = value_text(_, figure, figure.previous)
        if figure.value is None or not change:
            yield _("{before}, as known when it was computed: {value}.", before=before, value=value)
        else:
            yield _(
                "{before}, as known when it was computed: {value} ({change}).",
                before=before,
                value=value,
                change=change,
            )
    if figure.target is not None:
        meets = figure.movement.meets_target
        target = value_text(_, figure, figure.target)
        if meets is None:
            yield _("Target: {target}.", target=target)
        else:
            judged = _("target met") if meets else _("target missed")
            yield _("Target: {target}, {judged}.", target=target, judged=judged)


def base_rows(edition: ReportEdition, figure: EditionFigure) -> list[CommunityFigure]:
    """What the communities add to a figure; those of which nothing could be counted are left out."""
    return [each for each in edition.by_community if each.figure == figure.code and each.numerator is not None]


def community_name(_: Translator, edition: ReportEdition, community_code: str) -> str:
    """A community's name and number; words for what belongs to none."""
    if not community_code:
        return _("belongs to no community")
    name = edition.named(community_code)
    return f"{name} ({community_code})" if name and name != community_code else community_code


def _added_up(_: Translator, edition: ReportEdition, figure: EditionFigure) -> Iterator[str]:
    rows = base_rows(edition, figure)
    if len(edition.communities) < 2 or not rows:
        return
    parts = [
        f"{community_name(_, edition, each.community_code)} {pair_text(figure, each.numerator, each.denominator)}"
        for each in rows[:_SHOWN_PARTS]
    ]
    total = pair_text(figure, figure.numerator, figure.denominator)
    yield _("Added up from: {parts}. Together {total}.", parts=_("; ").join(parts), total=total)
    if len(rows) > _SHOWN_PARTS:
        yield _("{n} more communities are in report_base.", n=len(rows) - _SHOWN_PARTS)


def _edition_sentences(_: Translator, edition: ReportEdition, figure: EditionFigure, stored: Any) -> Iterator[str]:
    run = stored.run_code or "–"
    if stored.state == "reconstructed":
        yield _("It was computed afterwards by run {run}, for the trend, and never mailed.", run=run)
        return
    if stored.state == "told":
        said = _("It was mailed by the run as of {instant}.", instant=instant_text(stored.told_at, _.language))
    else:
        said = _(_STATES[stored.state])
    fields = {"n": stored.edition, "run": run, "state": said}
    if stored.shown_edition in (None, stored.edition):
        yield _("It stands in edition {n} of this report, computed by run {run}. {state}", **fields)
    else:
        yield _(
            "It stands in edition {n} of this report, which its readers know as edition {shown}, computed by run "
            "{run}. {state}",
            shown=stored.shown_edition,
            **fields,
        )
    if edition.reason:
        yield _("The edition is a correction: {reason}", reason=edition.reason)
    for change in edition.changes:
        if change.figure == figure.code:
            before, after = (value_text(_, figure, each) for each in (change.before, change.after))
            yield _("It changed this figure from {before} to {after}.", before=before, after=after)


def _behind_sentences(
    _: Translator,
    edition: ReportEdition,
    figure: EditionFigure,
    behind: Behind | None,
    state: str,
    later: LaterEdition | None,
) -> Iterator[str]:
    if behind is None:
        yield _("Rows behind it are not listed; it is counted in {datasets}.", datasets=_dataset_names(_, figure))
        return
    yield agreement_sentence(_, figure, behind, state, later)
    if not behind.rows:
        yield _("There are no rows behind it.")
        return
    yield _("{what} behind it: {n}.", what=rows_name(_, behind.kind), n=f"{behind.total:,}")
    yield from (_row_sentence(_, edition, figure, behind, row) for row in behind.rows)
    if behind.total > len(behind.rows):
        yield _("… and {n} more.", n=f"{behind.total - len(behind.rows):,}")


def _row_sentence(_: Translator, edition: ReportEdition, figure: EditionFigure, behind: Behind, row: BehindRow) -> str:
    parts = [
        row.code,
        community_name(_, edition, row.community_code) if len(edition.communities) > 1 else "",
        when_text(_, behind.kind, row.happened_at),
        note_words(_, behind.kind, row.note),
        added_text(_, figure, row),
    ]
    return "- " + " · ".join(part for part in parts if part)
