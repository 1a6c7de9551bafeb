"""Write a dataset of the shared database as CSV (opens in Excel), XLSX or JSON lines, in the order of its key."""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from guanjia.cli.values import pairs
from guanjia.domain.errors import GuanjiaError, UsageError

BOM = "\ufeff"
_EXACT_DIGITS = 15
"""Digits a number of a spreadsheet holds exactly; longer ones stay text."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("dataset", help="name of the dataset, English or Chinese")
    parser.add_argument(
        "--where", nargs="+", action="extend", default=[], metavar="k=v", help="only rows with these values"
    )
    parser.add_argument(
        "--to", metavar="FILE", help="file to write: .csv, .xlsx or .jsonl; without it CSV to the screen"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the rows; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.store.engine import transaction
    from guanjia.store.exports import dataset_table, exported_columns, read_rows

    table = dataset_table(arguments.dataset)
    where = pairs(arguments.where)
    names = [column.name for column in exported_columns(table)]
    suffix = Path(arguments.to).suffix.lower() if arguments.to else ".csv"
    if suffix not in _WRITERS:
        raise UsageError(f"'{arguments.to}' ends in '{suffix}'; write to a file ending in .csv, .xlsx or .jsonl.")
    with opened_database(), transaction("read") as tx:
        rows = read_rows(tx, arguments.dataset, where)
        if not arguments.to:
            _write_csv(sys.stdout, names, rows)
            return 0
        return _write_file(Path(arguments.to), suffix, names, rows)


def _write_file(path: Path, suffix: str, names: list[str], rows: Iterable[dict[str, Any]]) -> int:
    beside = path.with_name(f".{path.name}.part")
    try:
        if suffix == ".xlsx":
            _write_xlsx(beside, names, rows)
        else:
            with beside.open("w", encoding="utf-8", newline="") as file:
                if suffix == ".csv":
                    file.write(BOM)
                _WRITERS[suffix](file, names, rows)
        beside.replace(path)
    except OSError as error:
        raise GuanjiaError(
            f"{path} cannot be written ({error.strerror}). Choose another place or free some space."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    return 0


def _write_csv(file: IO[str], names: list[str], rows: Iterable[dict[str, Any]]) -> None:
    from guanjia.store.exports import as_text

    writer = csv.writer(file, lineterminator="\r\n" if file is not sys.stdout else "\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_defused(as_text(row[name])) for name in names])


def _write_jsonl(file: IO[str], names: list[str], rows: Iterable[dict[str, Any]]) -> None:
    from guanjia.store.exports import as_text

    for row in rows:
        shown = {name: _json_value(row[name], as_text) for name in names}
        file.write(json.dumps(shown, ensure_ascii=False) + "\n")


def _json_value(value: Any, as_text: Callable[[Any], str]) -> Any:
    return value if value is None or isinstance(value, bool | int | dict | list) else as_text(value)


def _write_xlsx(path: Path, names: list[str], rows: Iterable[dict[str, Any]]) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            _fill_sheet(book, names, rows)
    except FileCreateError as error:
        raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from error


def _fill_sheet(book: Any, names: list[str], rows: Iterable[dict[str, Any]]) -> None:
    from guanjia.store.exports import as_text

    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet("export")
    sheet.write_row(0, 0, names, bold)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(names):
        sheet.set_column(place, place, max(12, len(name) + 2))
    for number, row in enumerate(rows, start=1):
        if number >= 1_048_576:
            raise UsageError("More rows than an Excel sheet holds (1,048,575): export to .csv, or narrow with --where.")
        for place, name in enumerate(names):
            value = row[name]
            if isinstance(value, Decimal) and len(value.as_tuple().digits) <= _EXACT_DIGITS:
                is_money = value.as_tuple().exponent == -2
                sheet.write_number(number, place, float(value), money if is_money else None)
            else:
                sheet.write_string(number, place, as_text(value))


def _defused(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe; numbers keep their sign."""
    if text[:1] in ("=", "@", "\t", "\r") or (text[:1] in ("+", "-") and not _is_number(text)):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdigit()


_WRITERS: dict[str, Any] = {".csv": _write_csv, ".jsonl": _write_jsonl, ".xlsx": _write_xlsx}
