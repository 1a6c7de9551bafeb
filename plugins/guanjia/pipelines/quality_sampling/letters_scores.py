"""What an agent reads of scores: the own ones only, what was failed, and until when to appeal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from guanjia.domain.masking import mask_text
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
)
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed
from guanjia.pipelines.quality_sampling.list_rows import FailedCriterion, ScoredSample
from guanjia.pipelines.quality_sampling.words import local_day, score_text, subject_words
from guanjia.pipelines.scheduled_callbacks.words import short_instant

SHOWN_ITEMS: Final = 40
"""Items in the mail; all stand in the workbook."""


def scores_letter(samples: Sequence[ScoredSample], for_whom: str | None, language: str, at: datetime) -> Letter:
    """New scores of one agent.

    Args:
        samples: what was scored; at least one, all of one agent, with the time for appeals.
        for_whom: name of the agent, when the leader is to hand the mail over; None: the reader is the agent.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    subject = _.ngettext("Quality check: {n} item scored", "Quality check: {n} items scored", len(samples))
    if for_whom is not None:
        subject = _("For {name}: {subject}", name=for_whom, subject=subject)
    failed = [sample for sample in samples if sample.failed]
    blocks: list[Block] = []
    if for_whom is not None:
        blocks.append(
            Notice(_("{name} has no mail address in the staff register. Please hand over these scores.", name=for_whom))
        )
    blocks += [KeyFigures(tuple(_figures(_, samples))), _table(_, samples)]
    if failed:
        blocks += [Section(_("What was missing")), *_failures(_, failed)]
    blocks += _appeals(_, samples)
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    if for_whom is None:
        reason = _("These are your own calls and cases; nobody else gets this mail.")
    else:
        reason = _("The agent has no mail address, and you lead the team.")
    return Letter(_.language, subject, subject, tuple(blocks), reason)


def _figures(_: Translator, samples: Sequence[ScoredSample]) -> list[KeyFigure]:
    critical = sum(sample.is_critical for sample in samples)
    lowest = min(sample.score for sample in samples)
    clean = sum(not sample.failed for sample in samples)
    return [
        KeyFigure(_("Scored"), str(len(samples))),
        KeyFigure(_("Nothing missing"), str(clean), tone="good" if clean else "plain"),
        KeyFigure(_("Lowest score"), score_text(lowest)),
        KeyFigure(_("With a critical error"), str(critical), tone="bad" if critical else "good"),
    ]


def _table(_: Translator, samples: Sequence[ScoredSample]) -> DataTable:
    columns = (
        Column(_("Call or case")),
        Column(_("When")),
        Column(_("Score"), "end"),
        Column(_("Criteria failed")),
    )
    lines = tuple(
        (
            Cell(subject_words(_, sample.subject.kind, sample.subject.code), note=sample.sample_code),
            short_instant(sample.subject.occurred_at),
            Cell(
                score_text(sample.score),
                "bad" if sample.is_critical else "plain",
                _("critical error") if sample.is_critical else "",
            ),
            Cell(listed(_, (each.name for each in sample.failed)) or _("none"), "warning" if sample.failed else "good"),
        )
        for sample in samples[:SHOWN_ITEMS]
    )
    more = _("… and {n} more in the workbook", n=len(samples) - SHOWN_ITEMS) if len(samples) > SHOWN_ITEMS else ""
    return DataTable(columns, lines, more=more)


def _failures(_: Translator, samples: Sequence[ScoredSample]) -> list[Block]:
    lines = [f"{sample.subject.code} · {_failure(_, each)}" for sample in samples for each in sample.failed]
    blocks: list[Block] = [Bullets(tuple(lines[:SHOWN_ITEMS]))]
    if len(lines) > SHOWN_ITEMS:
        blocks.append(
            Paragraph(_("… and {n} more in the workbook", n=len(lines) - SHOWN_ITEMS), tone="muted"),
        )
    return blocks


def _failure(_: Translator, failed: FailedCriterion) -> str:
    said = mask_text(" ".join((failed.remark or "").split()))
    words = _("{criterion}: {score} points", criterion=failed.name, score=score_text(failed.score))
    if failed.is_critical:
        words += _(" (critical error)")
    return f"{words}{'：' if _.language == 'zh' else ': '}{said}" if said else words


def _appeals(_: Translator, samples: Sequence[ScoredSample]) -> list[Block]:
    ends = [sample.appeal_until for sample in samples if sample.appeal_until is not None]
    if not ends:
        return []
    day = day_text(local_day(min(ends)), _.language)
    return [
        Section(_("If you do not agree")),
        Paragraph(
            _(
                "Until the end of {day} you or the leader of your team may appeal: write the reason into the attached "
                "workbook and put it into the folder “inbox”, or send it to your clerk. Somebody else then scores the "
                "item again; until that is decided the score counts nowhere as final.",
                day=day,
            )
        ),
        Paragraph(
            _(
                "The score is the mean of the criteria's points, each by its weight. It does not conform with a "
                "critical error, or under the pass mark."
            ),
            tone="muted",
        ),
    ]
