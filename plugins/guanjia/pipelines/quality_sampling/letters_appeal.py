"""Mails about appeals: to who looks at the item again, and to those concerned what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.domain.masking import mask_text
from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    Letter,
    Notice,
    Paragraph,
    Section,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed
from guanjia.pipelines.quality_sampling.list_rows import ListedAppeal
from guanjia.pipelines.quality_sampling.words import refused_words, score_text, subject_words
from guanjia.pipelines.scheduled_callbacks.words import short_instant


def review_letter(rows: Sequence[Row[Any]], appeals: Sequence[ListedAppeal], language: str, at: datetime) -> Letter:
    """Appeals to be decided, to the one who scores the items again.

    Args:
        rows: of ``find_untold_appeals``, taken and open; at least one.
        appeals: what the workbook holds of them; empty where nobody was found who may score them.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    days = sorted({row.due_on for row in rows if row.due_on is not None})
    subject = _.ngettext("Quality check: {n} appeal to decide", "Quality check: {n} appeals to decide", len(rows))
    if days:
        subject += _(" by {day}", day=day_text(days[0], _.language))
    reasons = {appeal.sample.sample_code: appeal.reason for appeal in appeals}
    failed = {appeal.sample.sample_code: appeal.failed for appeal in appeals}
    columns = (Column(_("Call or case")), Column(_("Score"), "end"), Column(_("Criteria failed")), Column(_("Why")))
    lines = tuple(
        (
            Cell(subject_words(_, row.subject_kind, row.subject_code), note=row.sample_code),
            score_text(row.score_before),
            listed(_, (each.name for each in failed.get(row.sample_code, ()))) or "–",
            mask_text(" ".join(reasons.get(row.sample_code, "").split())) or "–",
        )
        for row in rows
    )
    blocks: list[Block] = [DataTable(columns, lines)]
    if appeals:
        blocks += [
            Section(_("How it is done")),
            Bullets(
                (
                    _("Listen to the call or look at the case afresh, before the former score and the appeal."),
                    _("On the first sheet of the workbook choose: upheld (the former score stands) or changed."),
                    _(
                        "Changed: score every criterion on the second sheet too; your scores count. "
                        "Upheld: leave it empty."
                    ),
                    _("Changed without scores, or scores without a decision, wait: nothing is decided half."),
                )
            ),
        ]
    else:
        blocks.append(
            Notice(
                _(
                    "No reviewer may score these items again: all are of the team, or scored them before. Decide them "
                    "yourself, or name somebody, and load the decision as an outcome of the appeal."
                )
            )
        )
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    return Letter(_.language, subject, subject, tuple(blocks), _("You decide on appeals against quality scores."))


def appeals_letter(rows: Sequence[Row[Any]], name: Callable[[str | None], str], language: str, at: datetime) -> Letter:
    """What became of appeals, to the agent and the leaders of the team; who may not appeal learns nothing of the score.

    Args:
        rows: of ``find_untold_appeals``; at least one, all in the reader's scope.
        name: name of a member of staff.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    subject = _subject(_, rows)
    columns = (Column(_("Call or case")), Column(_("Agent")), Column(_("What became of it")), Column(_("Score"), "end"))
    lines = tuple(_appeal_line(_, row, name) for row in rows)
    blocks: list[Block] = [DataTable(columns, lines)]
    if any(row.outcome is not None for row in rows):
        blocks.append(Paragraph(_("A decision is final; a score can be appealed against once.")))
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    reason = _("You appealed, the score is of your work, or you lead the team it is of.")
    return Letter(_.language, subject, subject, tuple(blocks), reason)


def _appeal_line(_: Translator, row: Row[Any], name: Callable[[str | None], str]) -> tuple[Cell, ...]:
    when = _("appeal of {instant}", instant=short_instant(row.appealed_at))
    if row.reason == "not_entitled":
        return Cell(row.sample_code), Cell("–", note=when), _outcome(_, row), Cell("–")
    subject = Cell(subject_words(_, row.subject_kind, row.subject_code), note=row.sample_code)
    return subject, Cell(name(row.staff_code), note=when), _outcome(_, row), _score(_, row)


def _subject(_: Translator, rows: Sequence[Row[Any]]) -> str:
    if len(rows) > 1:
        return _("Quality check: news of {n} appeals", n=len(rows))
    row = rows[0]
    if row.verdict == "refused":
        return _("Quality check: appeal about {sample} not taken", sample=row.sample_code)
    if row.outcome is None:
        return _("Quality check: appeal about {sample} taken", sample=row.sample_code)
    if row.outcome == "changed":
        return _("Quality check: score of {sample} changed", sample=row.sample_code)
    return _("Quality check: score of {sample} upheld", sample=row.sample_code)


def _outcome(_: Translator, row: Row[Any]) -> Cell:
    if row.verdict == "refused":
        return Cell(_("appeal not taken"), "bad", refused_words(_, row.reason))
    if row.outcome is None:
        due = _("to be decided by {day}", day=f"{row.due_on:%m-%d}") if row.due_on else ""
        return Cell(_("appeal taken"), "plain", due)
    if row.outcome == "changed":
        return Cell(_("score changed"), "good", _("the new score counts"))
    return Cell(_("upheld"), "plain", _("the former score stands"))


def _score(_: Translator, row: Row[Any]) -> Cell:
    if row.outcome is None:
        return Cell(score_text(row.score_before))
    words = _("{before} before, {after} now", before=score_text(row.score_before), after=score_text(row.score_after))
    return Cell(words)
