"""The detail sheets of a report's workbook: the rows behind its figures, names and telephone numbers masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from guanjia.domain.masking import mask_name, mask_phone, mask_text
from guanjia.domain.report_catalogue import KINDS
from guanjia.gateways.spreadsheets.tablebook import BookCell, BookColumn, BookSheet, CellKind
from guanjia.i18n import N_, Translator
from guanjia.pipelines.overdue_escalations.wording import kind_words, milestone_words, urgency_words
from guanjia.pipelines.reports.edition import DETAIL_COLUMNS, DetailKind, Details, DetailValue, ReportEdition
from guanjia.pipelines.reports.report_words import number_text
from guanjia.pipelines.scheduled_callbacks.list_words import outcome_words
from guanjia.pipelines.vacancy_inspections.words import state_words


@dataclass(frozen=True)
class _Sheet:
    name: str
    title: str
    table_name: str


_SHEETS: Final[Mapping[DetailKind, _Sheet]] = {
    "cases": _Sheet(N_("Rows - cases"), N_("Cases taken in or finished in the period, and those still open"), "Cases"),
    "overdue": _Sheet(N_("Rows - overdue"), N_("Deadlines due in the period that were not kept"), "Overdue"),
    "callbacks": _Sheet(N_("Rows - callbacks"), N_("Callbacks due in the period"), "Callbacks"),
    "inspections": _Sheet(N_("Rows - inspections"), N_("Inspections due in the period"), "Inspections"),
    "arrears": _Sheet(N_("Rows - arrears"), N_("Open balances at the end of the period"), "Arrears"),
}
_HEADINGS: Final[Mapping[str, str]] = {
    "community_code": N_("Community"),
    "case_code": N_("Case number"),
    "callback_code": N_("Callback number"),
    "inspection_code": N_("Inspection number"),
    "kind": N_("Kind"),
    "urgency": N_("Urgency"),
    "milestone": N_("Deadline"),
    "unit_code": N_("Unit"),
    "customer_name": N_("Customer"),
    "phone": N_("Telephone number"),
    "opened_at": N_("Opened at"),
    "finished_at": N_("Finished at"),
    "due_at": N_("Due at"),
    "met_at": N_("Met at"),
    "due_by": N_("To be called by"),
    "due_on": N_("To be inspected on"),
    "inspected_at": N_("Inspected at"),
    "oldest_due_on": N_("Oldest due on"),
    "outcome": N_("Result"),
    "attempts": N_("Attempts"),
    "satisfaction": N_("Satisfaction"),
    "handler": N_("Handled by"),
    "staff_code": N_("Staff number"),
    "comment": N_("Customer's comment"),
    "finding": N_("Finding"),
    "balance": N_("Open amount"),
}
_KINDS: Final[Mapping[str, CellKind]] = {
    "opened_at": "instant",
    "finished_at": "instant",
    "due_at": "instant",
    "met_at": "instant",
    "due_by": "instant",
    "inspected_at": "instant",
    "due_on": "day",
    "oldest_due_on": "day",
    "attempts": "count",
    "satisfaction": "count",
    "balance": "amount",
}
_WIDTHS: Final[Mapping[str, int]] = {"community_code": 18, "comment": 44, "finding": 44, "phone": 15, "attempts": 10}


def detail_sheets(_: Translator, edition: ReportEdition, warning: str) -> list[BookSheet]:
    """A sheet for each kind of rows the edition was given, in the order of ``DETAIL_COLUMNS``.

    Args:
        edition: one scope of it.
        warning: what every sheet says of a preview or correction; blank: nothing.
    """
    found = [edition.of_kind(kind) for kind in DETAIL_COLUMNS]
    return [_sheet(_, edition, each, warning) for each in found if each is not None]


def _sheet(_: Translator, edition: ReportEdition, details: Details, warning: str) -> BookSheet:
    words, names = _SHEETS[details.kind], DETAIL_COLUMNS[details.kind]
    return BookSheet(
        name=_(words.name),
        title=_(words.title),
        note=_note(_, details),
        warning=warning,
        table_name=f"Rows{words.table_name}",
        columns=tuple(_column(_, name) for name in names),
        rows=[
            [_cell(_, edition, details.kind, name, value) for name, value in zip(names, row, strict=True)]
            for row in details.rows
        ],
        frozen_columns=2,
    )


def _note(_: Translator, details: Details) -> str:
    shown = len(details.rows)
    if not details.total:
        return _("There are none in this period.")
    if details.total > shown:
        return _(
            "The first {shown} of {total}; the rest is in the system (setting report_detail_rows).",
            shown=number_text(_, "count", Decimal(shown)),
            total=number_text(_, "count", Decimal(details.total)),
        )
    return _("{n} in all. Names and telephone numbers are masked.", n=number_text(_, "count", Decimal(shown)))


def _column(_: Translator, name: str) -> BookColumn:
    kind = _KINDS.get(name, "text")
    width = _WIDTHS.get(name, {"instant": 18, "day": 13, "amount": 16}.get(kind, 16))
    is_long = name in ("comment", "finding")
    return BookColumn(_(_HEADINGS[name]), kind, width, is_summed=name == "balance", is_wrapped=is_long)


def _cell(_: Translator, edition: ReportEdition, kind: DetailKind, name: str, value: DetailValue) -> BookCell:
    """A value as the sheet may show it."""
    if not isinstance(value, str):
        return value
    if name == "community_code":
        return edition.named(value) or _("(of no community)")
    if name == "customer_name":
        return mask_name(value)
    if name == "phone":
        return mask_phone(value)
    if name == "kind":
        known = KINDS.get(value)
        return known[_.language == "zh"] if known else kind_words(_, value)
    if name == "urgency":
        return urgency_words(_, value)
    if name == "milestone":
        return milestone_words(_, value)
    if name == "outcome":
        return state_words(_, value) if kind == "inspections" else outcome_words(_, value)
    return mask_text(value)
