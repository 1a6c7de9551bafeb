"""The mail of a report: what happened in sentences, six figures, charts, and a table for each chapter."""

from __future__ import annotations

from typing import Final

from guanjia.domain.report_periods import ReportName
from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Notice,
    Paragraph,
    Section,
    Tone,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.pipelines.reports.edition import EditionFigure, ReportEdition
from guanjia.pipelines.reports.report_chapters import open_blocks, plan_blocks, supervision_blocks
from guanjia.pipelines.reports.report_charts import ReportCharts
from guanjia.pipelines.reports.report_remarks import remark_sentences
from guanjia.pipelines.reports.report_sentences import summary_sentences
from guanjia.pipelines.reports.report_tables import chapter_blocks, community_blocks, quiet_chapters, short_title
from guanjia.pipelines.reports.report_words import (
    NOT_KNOWN,
    TITLES,
    before_spoken,
    period_span,
    scope_name,
    short_change,
    short_value,
    title_of,
    unbroken,
    value_text,
)

SHOWN_CHANGES: Final = 20
"""Changed figures of a corrected edition in the mail; the workbook has all."""

_ALWAYS: Final = 3
"""Key figures that stand there even when they are n/a: the first ones."""
_KEY: Final[dict[ReportName, tuple[str, ...]]] = {
    "daily": (
        "cases_in.total",
        "cases_open.total",
        "cases_overdue",
        "on_time.total",
        "emergencies",
        "cases_out.total",
        "calls_answered",
    ),
    "weekly": (
        "cases_in.total",
        "on_time.total",
        "cases_overdue",
        "satisfied",
        "collection_rate",
        "inspected",
        "arrears",
        "callbacks_reached",
        "calls_answered",
        "cases_open.total",
        "cases_out.total",
    ),
    "monthly": (
        "cases_in.total",
        "on_time.total",
        "cases_overdue",
        "quality_mean",
        "attendance",
        "satisfied",
        "adherence",
        "collection_rate",
        "arrears",
        "calls_answered",
    ),
}
_NO_BREAK: Final = "\u00a0"
_WARN_ABOVE_NOTHING: Final = ("cases_overdue", "emergencies")


def report_subject(edition: ReportEdition, language: str) -> str:
    """The subject: report, period, scope, cases taken in and the on-time rate; preview and correction said first."""
    _ = gettext_for(language)
    taken, on_time = edition.figure("cases_in.total"), edition.figure("on_time.total")
    subject = _(
        "{report} {period} {scope}: {taken} cases, {share} on time",
        report=_(TITLES[edition.report]),
        period=edition.period,
        scope=scope_name(_, edition),
        taken=NOT_KNOWN if taken is None else value_text(_, taken, taken.value),
        share=NOT_KNOWN if on_time is None else value_text(_, on_time, on_time.value),
    )
    return _mark(_, edition) + subject


def _mark(_: Translator, edition: ReportEdition) -> str:
    corrected = _("[Corrected, edition {n}] ", n=edition.shown_edition) if edition.is_correction else ""
    return (_("[Preview] ") if edition.is_preview else "") + corrected


def report_letter(edition: ReportEdition, charts: ReportCharts, language: str) -> Letter:
    """The mail of one scope of an edition, for all its readers of a language.

    Args:
        edition: one scope of it.
        charts: drawn from it, in the same language.
        language: zh or en.
    """
    _ = gettext_for(language)
    sentences = summary_sentences(_, edition)
    blocks: list[Block] = [
        *_banners(_, edition),
        Paragraph(period_span(_, edition), tone="muted"),
        Section(_("In a minute")),
        Bullets(tuple(unbroken(each) for each in sentences)),
        *_key_figures(_, edition),
        *plan_blocks(_, edition),
        *open_blocks(_, edition),
        *supervision_blocks(_, edition),
        *chapter_blocks(_, edition, charts),
        *community_blocks(_, edition),
        Section(_("About these figures")),
        Bullets(remark_sentences(_, edition)),
    ]
    return Letter(
        language=_.language,
        subject=report_subject(edition, _.language),
        heading=report_heading(_, edition),
        blocks=tuple(blocks),
        reason=_reason(_, edition),
        preheader=sentences[0],
    )


def report_heading(_: Translator, edition: ReportEdition) -> str:
    """First line of the mail and the PDF, title of the workbook."""
    title = _(
        "{report} {period}, {scope}",
        report=_(TITLES[edition.report]),
        period=edition.period,
        scope=scope_name(_, edition),
    )
    return _mark(_, edition) + title


def _reason(_: Translator, edition: ReportEdition) -> str:
    if edition.is_preview:
        return _("You asked for a preview of this report.")
    return _("You are registered for this report, or answer for what it covers.")


def preview_words(_: Translator) -> str:
    """What a preview says of itself."""
    return _("Preview for you alone: it was not sent to anybody else and does not count as the report.")


def correction_words(_: Translator, edition: ReportEdition) -> str:
    """What a corrected edition says of itself."""
    said = _("Corrected (edition {n}): this replaces the edition you had.", n=edition.shown_edition)
    return said + (_(" Reason: {reason}", reason=edition.reason) if edition.reason else "")


def _banners(_: Translator, edition: ReportEdition) -> list[Block]:
    blocks: list[Block] = []
    if edition.is_preview:
        blocks.append(Notice(preview_words(_)))
    if edition.is_correction:
        blocks.append(Notice(correction_words(_, edition)))
    if edition.changes:
        blocks += [Section(_("What changed")), _changes_table(_, edition)]
    return blocks


def _changes_table(_: Translator, edition: ReportEdition) -> DataTable:
    columns = (Column(_("Figure")), Column(_("Edition before"), "end"), Column(_("This edition"), "end"))
    rows = []
    for change in edition.changes[:SHOWN_CHANGES]:
        figure = edition.figure(change.figure)
        if figure is None:
            rows.append((Cell(change.figure), Cell(_plain(change.before)), Cell(_plain(change.after))))
        else:
            before, after = (value_text(_, figure, each) for each in (change.before, change.after))
            rows.append((Cell(title_of(_, figure)), Cell(before), Cell(after)))
    rest = len(edition.changes) - SHOWN_CHANGES
    return DataTable(
        columns, tuple(rows), more=_("… and {n} more in the workbook", n=rest) if rest > 0 else "", is_figures=True
    )


def _plain(value: object) -> str:
    return NOT_KNOWN if value is None else f"{value:f}"


def _key_figures(_: Translator, edition: ReportEdition) -> list[Block]:
    """Six figures in two rows; but for the first three, those that are n/a or of a quiet chapter give their place."""
    found = [figure for code in _KEY.get(edition.report, _KEY["weekly"]) if (figure := edition.figure(code))]
    first, others = found[:_ALWAYS], found[_ALWAYS:]
    quiet = quiet_chapters(edition)
    others = [each for each in others if each.value is not None and each.subject not in quiet] or others
    shown = [_key_figure(_, edition, each) for each in (first + others)[:6]]
    return [KeyFigures(tuple(some)) for some in (shown[:3], shown[3:]) if some]


def _key_figure(_: Translator, edition: ReportEdition, figure: EditionFigure) -> KeyFigure:
    change, notes = short_change(_, figure), []
    if change:
        said = _("{change} on {before}", change=change, before=before_spoken(_, edition.report))
        notes.append(said if figure.target is None else change)
    if figure.target is not None:
        notes.append(_("target {target}", target=short_value(_, figure, figure.target)))
    return KeyFigure(
        short_title(_, figure) + ("*" if figure.is_provisional else ""),
        short_value(_, figure, figure.value),
        " · ".join(note.replace(" ", _NO_BREAK) for note in notes),
        _tone(figure),
    )


def _tone(figure: EditionFigure) -> Tone:
    if figure.code in _WARN_ABOVE_NOTHING:
        return "warning" if figure.value else "plain"
    meets = figure.movement.meets_target
    return "plain" if meets is None else "good" if meets else "bad"
