"""What a customer who is not called fills in and sends back: one row, by mail (CB-07, do_not_call).

The clerk who gets the answer drops it into the inbox like any other list. A customer sees why we ask, and nothing of
what colleagues noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from guanjia.gateways.spreadsheets.worklist import Form, FormColumn, Value, text_width, write_form
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text
from guanjia.pipelines.scheduled_callbacks.list_columns import (
    SCORES,
    asked_heading,
    kept_columns,
    sheet_name,
    shown_column,
)
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, ListedContact
from guanjia.pipelines.scheduled_callbacks.list_words import outcome_words, place_words
from guanjia.settings import TIME_ZONE

_SUBJECTS: Final = {
    "repair_resolved": N_("Your repair"),
    "complaint_answered": N_("Your complaint"),
    "correction_resolved": N_("What we put right after your complaint"),
    "care": N_("Our service"),
    "prospect": N_("Your interest in our service"),
    "year_end": N_("Our service in this year"),
    "paid_service_done": N_("The paid service at your home"),
}
_WIDTHS: Final[Mapping[str, tuple[int, int]]] = {"customer": (12, 20), "place": (14, 22), "reason": (34, 44)}
_EXPLAINED: Final[Mapping[str, str]] = {
    "attempted_at": N_("The day on which you answer, such as 2026-11-20."),
    "outcome": N_("Reached: you answer. Refused: you do not want to be asked; leave the rest empty."),
    "satisfaction": N_("From 5, very satisfied, to 1, very dissatisfied."),
    "comment": N_("What was good, what was not, what we ought to do; as long as you like, up to 500 characters."),
}
_INSTRUCTIONS: Final = (
    N_("Fill in the yellow cells, save the file, and send it back as an attachment of your answer to our mail."),
    N_("Are you dissatisfied? Tell us what is wrong: it is passed on, and we come back to you once it is put right."),
    N_("Please change nothing else: by the grey codes we know what your answer belongs to."),
)


def reply_workbook(row: ListedCallback, language: str) -> bytes:
    """The questionnaire of one callback, to be sent to its customer.

    Args:
        row: the callback; its answer comes back under the row's staff_code.
        language: zh or en, the customer's.

    Returns:
        The bytes of the .xlsx file; the same row gives the same bytes.
    """
    _ = gettext_for(language)
    shown: dict[str, list[Value]] = {
        "customer": [row.customer_name],
        "place": [place_words(_, row)],
        "reason": [subject_words(_, row)],
    }
    shown = {name: values for name, values in shown.items() if any(values)}
    columns: list[tuple[FormColumn, list[Value]]] = [
        (shown_column(_, name, values, *_WIDTHS[name]), values) for name, values in shown.items()
    ]
    columns += [(column, [None]) for column in _asked(_)]
    columns += kept_columns(_, [row.callback_code], [row.staff_code], shown)
    form = Form(
        sheet_name=sheet_name(_),
        title="  ·  ".join((_("How satisfied are you?"), day_text(row.work_date, _.language))),
        to_do=_("Fill in the yellow cells, save, and send the file back as an answer to our mail. Thank you!"),
        columns=[column for column, _values in columns],
        rows=[[value for _column, (value,) in columns]],
        frozen_columns=0,
        instructions=[_(sentence) for sentence in _INSTRUCTIONS],
        work_date=row.work_date,
        made_at=datetime.combine(row.work_date, time(), TIME_ZONE),
    )
    return write_form(form, _.language)


def subject_words(_: Translator, row: ListedCallback) -> str:
    """What we ask the customer about: a line each; a case is told of once."""
    lines: list[str] = []
    told: set[str] = set()
    for contact in row.contacts:
        lines.append(_subject(_, contact, is_told=contact.case_code in told))
        told.add(contact.case_code or "")
    return "\n".join(dict.fromkeys(lines))


def _subject(_: Translator, contact: ListedContact, *, is_told: bool) -> str:
    words = _(_SUBJECTS[contact.trigger]) if contact.trigger in _SUBJECTS else _("Our service")
    if contact.case_code and contact.case_text and contact.trigger != "correction_resolved" and not is_told:
        return _("{reason}: {text}", reason=f"{words} {contact.case_code}", text=contact.case_text)
    return f"{words} {contact.case_code}" if contact.case_code else words


def _asked(_: Translator) -> list[FormColumn]:
    reached, refused = outcome_words(_, "reached"), outcome_words(_, "refused")
    columns = (
        FormColumn("attempted_at", 18, cell="instant", is_required=True, hint=_("day of your answer")),
        FormColumn(
            "outcome",
            16,
            cell="choice",
            choices=(reached, refused),
            is_required=True,
            hint=_("reached: I answer"),
        ),
        FormColumn(
            "satisfaction",
            12,
            cell="choice",
            choices=SCORES,
            hint=_("5 is best"),
            needed_with=(asked_heading(_, "outcome"), reached),
        ),
        FormColumn("comment", 40),
    )
    return [_asking(_, column) for column in columns]


def _asking(_: Translator, column: FormColumn) -> FormColumn:
    heading = asked_heading(_, column.heading)
    longest = max(text_width(word) for word in heading.split())
    explanation = _(_EXPLAINED[column.heading])
    return replace(column, heading=heading, width=max(column.width, longest + 2), use="asked", explanation=explanation)
