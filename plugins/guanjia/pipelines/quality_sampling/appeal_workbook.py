"""Appeals against scores as workbooks: the agent's, and the one in which an appeal is decided (QC-01; data contract).

The agent writes reason and time beside the score; rows left empty are no appeal. Who decides scores the item again on
one sheet and writes the decision on the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from guanjia.gateways.spreadsheets.worklist import Form, FormColumn, Value, write_form, write_forms
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text
from guanjia.pipelines.quality_sampling.list_columns import (
    asked_column,
    empty,
    kept_column,
    seal_column,
    sheet_name,
    shown_columns,
)
from guanjia.pipelines.quality_sampling.list_rows import FailedCriterion, ListedAppeal, ScoredSample
from guanjia.pipelines.quality_sampling.list_words import failed_words, number_text, subject_words, when_words
from guanjia.pipelines.quality_sampling.list_workbook import score_form
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.money import quality_appeals

_WIDTHS: Final[Mapping[str, tuple[int, int]]] = {
    "number": (5, 6),
    "subject": (16, 24),
    "when": (18, 28),
    "score_given": (9, 20),
    "failed": (20, 40),
    "appeal_until": (18, 24),
}
_APPEALED_AT: Final = N_("Date and time at which you appeal, such as 2026-11-20 09:30. Ctrl+; writes today's date.")
_REASON: Final = N_("What was judged wrongly and why: which criterion, and where in the call or case it can be seen.")
_OUTCOME: Final = N_(
    "Upheld: the former scores stand. Changed: your scores on the other sheet count, once every criterion is scored."
)
_INSTRUCTIONS: Final = (
    N_("Do you agree with a score? Then leave its row empty: nothing is to be done."),
    N_("To appeal, fill in both yellow cells of the row before the time that stands there; later appeals are refused."),
    N_("Somebody who has not scored the item yet looks at it again; the decision comes by mail and is final."),
    N_(
        "When you are done: save, and put the file into the folder “inbox” of this system, or send it to the clerk of "
        "your service centre, who does so. Excel, WPS and LibreOffice may save it as .xlsx or .xls."
    ),
    N_("Do not rename the sheet and do not touch the grey codes: by them the system knows which score a row is about."),
)
_DECIDING: Final = (
    N_("Listen to the call or read the case yourself before you read the former score and the appeal."),
    N_("On the first sheet choose the outcome: upheld or changed."),
    N_("Changed: score every criterion on the second sheet too, with date and time. Upheld: leave that sheet empty."),
    _INSTRUCTIONS[3],
    _INSTRUCTIONS[4],
)


def appeal_workbook(rows: Sequence[ScoredSample], language: str) -> bytes:
    """The workbook in which an agent appeals against scores.

    Args:
        rows: scores told together, in their order; at least one, all of one agent.
        language: zh or en.

    Returns:
        The bytes of the .xlsx file; the same rows give the same bytes.

    Raises:
        ValueError: there is no row.
    """
    if not rows:
        raise ValueError("A list without rows is not sent.")
    _ = gettext_for(language)
    first = rows[0]
    shown = _shown(_, rows)
    columns = [
        *shown_columns(_, quality_appeals, shown, _WIDTHS, own=tuple(shown)),
        *empty(_asked(_), len(rows)),
        kept_column(_, quality_appeals, "sample_code", [row.sample_code for row in rows]),
        kept_column(_, quality_appeals, "staff_code", [row.staff_code for row in rows]),
        seal_column(_, quality_appeals, [(row.sample_code,) for row in rows], shown),
    ]
    day = min(row.subject.occurred_at for row in rows).astimezone(TIME_ZONE).date()
    title = (_("Appeal against scores"), f"{first.staff_name} ({first.staff_code})")
    to_do = _("Only where you do not agree: fill in the yellow cells, save, and put the file into the inbox.")
    return write_form(_form(_, columns, "  ·  ".join(title), to_do, _INSTRUCTIONS, day_of=day), _.language)


def decision_workbook(appeals: Sequence[ListedAppeal], language: str) -> bytes:
    """The workbook in which appeals are decided: outcomes on one sheet, the items to be scored again on the other.

    Args:
        appeals: open appeals of one reviewer; at least one.
        language: zh or en.

    Returns:
        The bytes of the .xlsx file; the same appeals give the same bytes.

    Raises:
        ValueError: there is no appeal.
    """
    if not appeals:
        raise ValueError("A list without rows is not sent.")
    _ = gettext_for(language)
    first = appeals[0].sample
    title = "  ·  ".join(
        (
            _("Appeals to be decided"),
            f"{first.reviewer_name} ({first.reviewer})",
            _("decide by {day}", day=day_text(min(each.sample.due_on for each in appeals), _.language)),
        )
    )
    decisions = _form(
        _,
        _decided(_, appeals),
        title,
        _("Choose the outcome; changed: score the items on the other sheet too."),
        _DECIDING,
        day_of=first.drawn_at.astimezone(TIME_ZONE).date(),
    )
    again = _("Only for scores you change: fill in the yellow cells of the item.")
    scores = score_form(_, [each.sample for each in appeals], title=title, to_do=again)
    return write_forms([decisions, scores], _.language)


def _form(
    _: Translator,
    columns: Sequence[tuple[FormColumn, list[Value]]],
    title: str,
    to_do: str,
    instructions: Sequence[str],
    *,
    day_of: date,
) -> Form:
    return Form(
        sheet_name=sheet_name(_, quality_appeals),
        title=title,
        to_do=to_do,
        columns=[column for column, _values in columns],
        rows=[list(values) for values in zip(*(values for _column, values in columns), strict=True)],
        frozen_columns=2,
        instructions=[_(sentence) for sentence in instructions],
        work_date=day_of,
        made_at=datetime.combine(day_of, time(), TIME_ZONE),
    )


def _shown(_: Translator, rows: Sequence[ScoredSample]) -> dict[str, list[Value]]:
    return {
        "number": [row.number for row in rows],
        "subject": [subject_words(_, row.subject) for row in rows],
        "when": [when_words(_, row.subject) for row in rows],
        "score_given": [_score_words(_, row.score, is_critical=row.is_critical) for row in rows],
        "failed": [failed_list(_, row.failed) for row in rows],
        "appeal_until": [_until(_, row.appeal_until) for row in rows],
    }


def _decided(_: Translator, appeals: Sequence[ListedAppeal]) -> list[tuple[FormColumn, list[Value]]]:
    shown: dict[str, list[Value]] = {
        "number": list(range(1, len(appeals) + 1)),
        "subject": [subject_words(_, each.sample.subject) for each in appeals],
        "when": [when_words(_, each.sample.subject) for each in appeals],
        "score_given": [number_text(each.score_before) for each in appeals],
        "failed": [failed_list(_, each.failed) for each in appeals],
    }
    instants = [f"{each.appealed_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M:%S}" for each in appeals]
    words = _outcome_choices(_)
    outcome = FormColumn("outcome", 12, cell="choice", choices=words, is_required=True)
    reason, reasons = kept_column(_, quality_appeals, "reason", [each.reason for each in appeals], width=44)
    return [
        *shown_columns(_, quality_appeals, shown, _WIDTHS, own=tuple(shown)),
        (FormColumn(reason.heading, reason.width), reasons),
        *empty([asked_column(_, quality_appeals, outcome, _(_OUTCOME))], len(appeals)),
        kept_column(_, quality_appeals, "appealed_at", instants),
        kept_column(_, quality_appeals, "sample_code", [each.sample.sample_code for each in appeals]),
        kept_column(_, quality_appeals, "staff_code", [each.staff_code for each in appeals]),
        seal_column(_, quality_appeals, [(each.sample.sample_code,) for each in appeals], shown),
    ]


def _asked(_: Translator) -> list[FormColumn]:
    at = FormColumn("appealed_at", 17, cell="instant", is_required=True, hint=_("date and time"))
    reason = FormColumn("reason", 44, is_required=True)
    return [
        asked_column(_, quality_appeals, at, _(_APPEALED_AT)),
        asked_column(_, quality_appeals, reason, _(_REASON)),
    ]


def failed_list(_: Translator, failed: Sequence[FailedCriterion]) -> str:
    """Criteria failed, a line each; a dash where none was."""
    return "\n".join(failed_words(_, each) for each in failed) or "—"


def _outcome_choices(_: Translator) -> tuple[str, ...]:
    choices = quality_appeals.c.outcome.info["choices"]
    return tuple(words[0] if _.language == "zh" else word for word, words in choices.items())


def _score_words(_: Translator, score: Decimal, *, is_critical: bool) -> str:
    words = number_text(score)
    return _("{words} (critical error)", words=words) if is_critical else words


def _until(_: Translator, until: datetime | None) -> str:
    return instant_text(until, _.language) if until is not None else "—"
