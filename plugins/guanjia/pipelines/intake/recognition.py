"""Which dataset a file or a sheet holds: told by the sheet's name, else by the file's, else by the caller; never by the
header alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Final

from guanjia.domain.cells import Header, find_header
from guanjia.domain.cells.raw import is_blank
from guanjia.domain.cells.text import half_width
from guanjia.gateways.spreadsheets import Sheet, Spreadsheet, View
from guanjia.pipelines.intake.contract import Dataset, incoming

_LATIN: Final = "a-z"
_CHINESE: Final = "一-鿿㐀-䶿"


@dataclass(frozen=True)
class Recognised:
    """A sheet and what it holds.

    Attributes:
        sheet: the sheet.
        dataset: dataset it holds; None: none, it is ignored.
        view: way in which it is read.
        header: its header.
        note: why it is ignored: `empty`, `no_dataset` or `no_header`.
    """

    sheet: Sheet
    dataset: Dataset | None = None
    view: View | None = None
    header: Header | None = None
    note: str | None = None


@cache
def _names() -> tuple[tuple[re.Pattern[str], Dataset], ...]:
    """Names of datasets as they stand in other names, the longest first: 工单动态 goes before 工单."""
    spoken = [(name, dataset) for dataset in incoming().values() for name in (dataset.name, dataset.zh)]
    return tuple((_as_word(name), dataset) for name, dataset in sorted(spoken, key=lambda each: -len(each[0])))


def _as_word(name: str) -> re.Pattern[str]:
    letters = _LATIN if name.isascii() else _CHINESE
    return re.compile(f"(?<![{letters}]){re.escape(name).replace('_', '[_ -]?')}(?![{letters}])")


def dataset_of(name: str) -> Dataset | None:
    """The dataset a file's or a sheet's name tells: ``工单_2026-11-20``, ``units_梧桐里``, ``收款_2026-11 (1)``.

    The dataset's English or Chinese name must stand in it as a word of its own; the first one counts.
    """
    flat = half_width(name).casefold()
    found = [(match.start(), -len(match[0]), dataset) for each, dataset in _names() if (match := each.search(flat))]
    return min(found, key=lambda each: each[:2])[2] if found else None


def recognise(spreadsheet: Spreadsheet, file_name: str, asked: Dataset | None) -> Iterator[Recognised]:
    """Tell what each sheet of a file holds.

    Args:
        spreadsheet: the open file.
        file_name: its name.
        asked: dataset the caller names; None: the names decide.
    """
    by_sheet = [None if asked or sheet.name is None else dataset_of(sheet.name) for sheet in spreadsheet.sheets]
    by_file = asked or (None if any(by_sheet) else dataset_of(PurePath(file_name).stem))
    for sheet, own in zip(spreadsheet.sheets, by_sheet, strict=True):
        yield _recognised(sheet, own or by_file)


def _recognised(sheet: Sheet, dataset: Dataset | None) -> Recognised:
    if all(is_blank(cell) for row in sheet.views[0].head() for cell in row):
        return Recognised(sheet, note="empty")
    if dataset is None:
        return Recognised(sheet, note="no_dataset")
    best = _best_view(sheet.views, dataset)
    return Recognised(sheet, dataset, *best) if best else Recognised(sheet, note="no_header")


def _best_view(views: Sequence[View], dataset: Dataset) -> tuple[View, Header] | None:
    key = [name for name in dataset.key if dataset.rules[name].required]
    found = [
        (view, header)
        for view in views
        if (header := find_header(view.head(), dataset.headings, dataset.required, key))
    ]
    return max(found, key=lambda each: len(each[1].columns)) if found else None
