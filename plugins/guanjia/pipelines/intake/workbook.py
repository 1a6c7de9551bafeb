"""The workbook of rejected rows: it can be corrected and dropped back into the inbox.

One sheet per dataset, named as intake recognises it, with the columns the rejected file had. What was at fault is
coloured and told at the end of the row; the reject code there ties a corrected row to the one it replaces. Every cell
is text, so that codes keep their zeros and what looks like a formula stays text.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from guanjia.domain.cells.raw import Raw, as_found
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.pipelines.intake.contract import Dataset
from guanjia.pipelines.intake.sentences import heading

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS: Final = 20_000
"""Rows per sheet; nobody corrects more by hand. `guanjia export rejects` has all."""
_LONGEST_LIST: Final = 255

TRAILING: Final = (
    ("reject_reason", N_("reject_reason")),
    ("source_file", N_("source_file")),
    ("source_sheet", N_("source_sheet")),
    ("source_row", N_("source_row")),
    ("reject_code", N_("reject_code")),
)
"""Columns behind the dataset's own, which intake ignores, but for the last."""

_HOW_TO: Final = (
    N_("Correct the coloured cells; the reason stands at the end of each row."),
    N_("Leave the column reject_code as it is: it ties the corrected row to the one that was rejected."),
    N_("Delete rows that are not to be loaded. Do not rename the sheets."),
    N_("Save the workbook and drop it into the inbox. What is still wrong comes back."),
    N_("Sheets of restricted datasets are taken only from inbox/restricted: {sheets}"),
)


@dataclass(frozen=True)
class RejectedRow:
    """A rejected row as the workbook shows it.

    Attributes:
        code: the reject code.
        file: file it came in.
        sheet: its sheet; None: a CSV.
        row: row number.
        cells: contract column → cell as found.
        faults: column → reasons, in the reader's language.
    """

    code: str
    file: str
    sheet: str | None
    row: int
    cells: dict[str, Raw]
    faults: dict[str, list[str]]


@dataclass(frozen=True)
class RejectedGroup:
    """Rejected rows of one dataset that have the same columns."""

    dataset: Dataset
    columns: tuple[str, ...]
    rows: Sequence[RejectedRow]


def reject_workbook(groups: Sequence[RejectedGroup], language: str) -> bytes:
    """The workbook.

    Args:
        groups: rejected rows.
        language: zh or en.

    Returns:
        The .xlsx file; the same rows give the same bytes.
    """
    import xlsxwriter

    _ = gettext_for(language)
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        book.set_properties({"created": _EPOCH})
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True}),
            "text": book.add_format({"num_format": "@", "quote_prefix": True}),
            "fault": book.add_format({"num_format": "@", "quote_prefix": True, "bg_color": "#FFE699"}),
            "note": book.add_format({"font_color": "#7F7F7F", "num_format": "@", "quote_prefix": True}),
        }
        used: dict[str, int] = {}
        for group in groups:
            name = group.dataset.name if language == "en" else group.dataset.zh
            used[name] = used.get(name, 0) + 1
            numbered = name if used[name] == 1 else f"{name} ({used[name]})"
            _write_group(book.add_worksheet(numbered), group, _, formats)
        _write_how_to(book.add_worksheet(_("Read me")), groups, _)
    return written.getvalue()


def _write_group(sheet: Worksheet, group: RejectedGroup, _: Translator, formats: dict[str, Format]) -> None:
    titles = [heading(group.dataset, column, _.language) for column in group.columns]
    for place, title in enumerate((*titles, *(_(name) for _key, name in TRAILING))):
        sheet.write_string(0, place, title, formats["head"])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(titles) - 1, 16)
    sheet.set_column(len(titles), len(titles), 60)
    sheet.set_column(len(titles) + 1, len(titles) + len(TRAILING) - 1, 18)
    shown = group.rows[:MAX_ROWS]
    for line, row in enumerate(shown, start=1):
        for place, column in enumerate(group.columns):
            text = as_found(row.cells.get(column))
            is_fault = column in row.faults
            if text or is_fault:
                sheet.write_string(line, place, text, formats["fault" if is_fault else "text"])
        reasons = "\n".join(reason for found in row.faults.values() for reason in found)
        for place, text in enumerate((reasons, row.file, row.sheet or "", str(row.row), row.code), start=len(titles)):
            sheet.write_string(line, place, text, formats["note"])
    for place, words in _choices(group, _):
        sheet.data_validation(
            1, place, max(1, len(shown)), place, {"validate": "list", "source": words, "error_type": "information"}
        )


def _choices(group: RejectedGroup, _: Translator) -> Iterator[tuple[int, list[str]]]:
    """Drop-down words of the columns that have some."""
    for place, column in enumerate(group.columns):
        choices: dict[str, Sequence[str]] = group.dataset.table.c[column].info.get("choices") or {}
        words = [word if _.language == "en" or not spoken else spoken[0] for word, spoken in choices.items()]
        if words and len(",".join(words)) <= _LONGEST_LIST:
            yield place, words


def _write_how_to(sheet: Worksheet, groups: Sequence[RejectedGroup], _: Translator) -> None:
    restricted = {group.dataset.name: group.dataset for group in groups if group.dataset.restricted}.values()
    names = ", ".join(dataset.name if _.language == "en" else dataset.zh for dataset in restricted)
    sheet.set_column(0, 0, 100)
    lines = [_(line) for line in _HOW_TO[:-1]] + ([_(_HOW_TO[-1], sheets=names)] if names else [])
    for place, line in enumerate(lines):
        sheet.write_string(place, 0, line)


def _epoch() -> Any:
    from datetime import datetime

    return datetime(2026, 1, 1)  # noqa: DTZ001 (a workbook's property has no zone)


_EPOCH: Final = _epoch()
