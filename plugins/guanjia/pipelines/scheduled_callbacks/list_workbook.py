"""An agent's callback list of a day as a workbook: filled in and sent back, it is the result (data contract).

Its sheet is named as intake knows the dataset, its headings are the contract's; what else it shows intake knows as our
own. Rows nobody filled in are skipped there. A hidden seal tells whether something printed was changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from guanjia.gateways.spreadsheets.worklist import Form, FormColumn, Value, text_width, write_form
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text
from guanjia.pipelines.scheduled_callbacks.list_columns import (
    OUTCOMES,
    SCORES,
    asked_heading,
    kept_columns,
    sheet_name,
    shown_column,
)
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback
from guanjia.pipelines.scheduled_callbacks.list_words import (
    history_words,
    note_words,
    outcome_words,
    place_words,
    reason_words,
    time_words,
)
from guanjia.settings import TIME_ZONE

_MARKED: Final = ("note",)
_WIDTHS: Final[Mapping[str, tuple[int, int]]] = {
    "number": (5, 6),
    "time": (13, 15),
    "customer": (8, 16),
    "telephone": (13, 16),
    "place": (10, 18),
    "reason": (26, 36),
    "history": (16, 32),
    "note": (10, 16),
}
"""Width at least and at most, in halves of a Chinese character; in the order of the sheet."""
_OPTIONAL: Final = ("history", "note")

_EXPLAINED: Final[Mapping[str, str]] = {
    "attempted_at": N_("Date and time of the call, such as 2026-11-20 09:30. Ctrl+; writes today's date."),
    "outcome": N_(
        "Reached: you talked. No answer, busy: the customer is called again. Call later: with the time asked for. "
        "Refused: wants no such calls. Wrong number: somebody else's, or out of use."
    ),
    "call_later_at": N_("Only with “call later”: date and time the customer asked for; that time is kept."),
    "satisfaction": N_("Only with “reached”: 5 very satisfied, 1 very dissatisfied; empty if the customer gave none."),
    "comment": N_("What the customer said, in the customer's words; of the dissatisfied what is wrong and where."),
}
_INSTRUCTIONS: Final = (
    N_("Fill in only the yellow cells, one row per call. Columns with * are needed; a row is whole when it is green."),
    N_("Call in the order of the list, and only at the times that stand there: calls at other times do not count."),
    N_("Dissatisfied customers: write down what is wrong; the system opens a case for the department by itself."),
    N_("Rows of customers you did not call stay empty: nothing is wrong with that, they come again."),
    N_(
        "A row that says “try 2 of 3” is for a further call: leave it empty if the customer was reached before. If you "
        "call again without such a row, send the list, then write the new call over the old one and send it once more: "
        "both calls count."
    ),
    N_("You may send the list more than once; of the same call (same row, same time) the later file counts."),
    N_(
        "When you are done: save, and put the file into the folder “inbox” of this system, or send it to the clerk of "
        "your service centre, who does so. Excel, WPS and LibreOffice may save it as .xlsx or .xls."
    ),
    N_(
        "Do not rename the sheet and do not change what is printed: a row whose code was changed is refused, and other "
        "changes are reported. Is the number wrong? Choose “wrong number”: that has the register corrected."
    ),
    N_(
        "If somebody else made the call, put that person's staff number into the last column: Review, Unprotect sheet "
        "(there is no password)."
    ),
)
_MANAGERS: Final = (
    N_("Fill in only the yellow cells, one row per call. Columns with * are needed; a row is whole when it is green."),
    N_(
        "These customers are on no agent's list: the note says why. Settle each as you see fit (a visit, a letter, a "
        "call by yourself) and write down when and how it went."
    ),
    _INSTRUCTIONS[2],
    _INSTRUCTIONS[5],
    _INSTRUCTIONS[6],
    _INSTRUCTIONS[7],
)


def list_workbook(rows: Sequence[ListedCallback], language: str) -> bytes:
    """The workbook of one person's list of a day: an agent's, or the manager's (`read_callbacks`).

    Args:
        rows: the list, in its order; at least one row, all of one person and day.
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
    columns = _columns(_, rows)
    form = Form(
        sheet_name=sheet_name(_),
        title=_title(_, rows),
        to_do=_("Fill in the yellow cells, save, and put the file into the inbox or send it to your clerk."),
        columns=[column for column, _values in columns],
        rows=[list(values) for values in zip(*(values for _column, values in columns), strict=True)],
        frozen_columns=4,
        instructions=[_(sentence) for sentence in (_MANAGERS if _is_managers(rows) else _INSTRUCTIONS)],
        work_date=first.work_date,
        made_at=datetime.combine(first.work_date, time(), TIME_ZONE),
    )
    return write_form(form, _.language)


def _is_managers(rows: Sequence[ListedCallback]) -> bool:
    return all(row.channel != "call" for row in rows)


def _title(_: Translator, rows: Sequence[ListedCallback]) -> str:
    places = ("、" if _.language == "zh" else ", ").join(
        dict.fromkeys(row.community_name for row in rows if row.community_name)
    )
    named = [
        _("Customers for the manager") if _is_managers(rows) else _("Callback list"),
        day_text(rows[0].work_date, _.language),
        f"{rows[0].staff_name} ({rows[0].staff_code})",
    ]
    if places:
        number = len({row.community_code for row in rows if row.community_code})
        named.append(places if text_width(places) <= 60 else _("{n} communities", n=number))
    customers = len({row.callback_code for row in rows})
    named.append(_.ngettext("{n} customer", "{n} customers", customers))
    if len(rows) > customers:
        named.append(_("up to {n} calls", n=len(rows)))
    return "  ·  ".join(named)


def _columns(_: Translator, rows: Sequence[ListedCallback]) -> list[tuple[FormColumn, list[Value]]]:
    """Columns and their values; history and note only where there is something to tell."""
    shown: dict[str, list[Value]] = {
        "number": [row.position for row in rows],
        "time": [time_words(_, row) for row in rows],
        "customer": [row.customer_name for row in rows],
        "telephone": [row.phone for row in rows],
        "place": [place_words(_, row) for row in rows],
        "reason": [reason_words(_, row) for row in rows],
        "history": [history_words(_, row) for row in rows],
        "note": [note_words(_, row) for row in rows],
    }
    shown = {name: values for name, values in shown.items() if name not in _OPTIONAL or any(values)}
    found = [
        (shown_column(_, name, values, *_WIDTHS[name], is_marked=name in _MARKED), values)
        for name, values in shown.items()
    ]
    found += [(column, [None] * len(rows)) for column in _asked(_)]
    found += kept_columns(_, [row.callback_code for row in rows], [row.staff_code for row in rows], shown)
    return found


def _asked(_: Translator) -> list[FormColumn]:
    later = outcome_words(_, "call_later")
    columns = (
        FormColumn("attempted_at", 17, cell="instant", is_required=True, hint=_("date and time")),
        FormColumn(
            "outcome",
            12,
            cell="choice",
            choices=tuple(outcome_words(_, outcome) for outcome in OUTCOMES),
            is_required=True,
        ),
        FormColumn(
            "call_later_at",
            17,
            cell="instant",
            hint=_("date and time"),
            needed_with=(asked_heading(_, "outcome"), later),
        ),
        FormColumn("satisfaction", 9, cell="choice", choices=SCORES, hint=_("5 is best")),
        FormColumn("comment", 28),
    )
    return [_asking(_, column) for column in columns]


def _asking(_: Translator, column: FormColumn) -> FormColumn:
    """A column under its contract's name, as one to be filled in."""
    heading = asked_heading(_, column.heading)
    longest = max(text_width(word) for word in heading.split())
    return replace(
        column,
        heading=heading,
        width=max(column.width, longest + 2),
        use="asked",
        explanation=_(_EXPLAINED[column.heading]),
    )
