"""Lists whose rows belong together in blocks: one cell for what all rows of a block share, and when a block is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guanjia.gateways.spreadsheets.worklist_looks import (
    CELL_CHARACTERS,
    GREEN,
    LINE_POINTS,
    RED,
    Looks,
    lines_of,
    looks_like_formula,
)
from guanjia.i18n import Translator

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from guanjia.gateways.spreadsheets.worklist_form import Form, FormColumn, Value


def write_shared(sheet: Worksheet, form: Form, looks: Looks, top: int, least: int) -> None:
    """Write the cells that the rows of a block share, and make the rows high enough for their texts.

    Args:
        sheet: the list's sheet; its other cells are written.
        form: the list.
        looks: formats of the workbook.
        top: first row below the headings, from 0.
        least: height of a row at least, in points.
    """
    shared = [(place, column) for place, column in enumerate(form.columns) if column.is_shared]
    for first, last in form.spans():
        lines = 1
        for place, column in shared:
            value = form.rows[first][place]
            _write_over(sheet, (top + first, top + last, place), column, value, looks)
            lines = max(lines, lines_of(value, column.width) if isinstance(value, str) else 1)
        heights = [_height(form, row, least) for row in range(first, last + 1)]
        missing = LINE_POINTS * lines + 4 - sum(heights)
        for row, height in enumerate(heights, start=top + first):
            sheet.set_row(row, height + max(0, -(-missing // len(heights))))


def _height(form: Form, row: int, least: int) -> int:
    """What a row's own texts need."""
    lines = [
        lines_of(value, column.width)
        for column, value in zip(form.columns, form.rows[row], strict=True)
        if isinstance(value, str) and not column.is_shared and not column.is_hidden
    ]
    return max(least, LINE_POINTS * max(lines, default=1) + 4)


def _write_over(sheet: Worksheet, cell: tuple[int, int, int], column: FormColumn, value: Value, looks: Looks) -> None:
    first, last, place = cell
    text = value[:CELL_CHARACTERS] if isinstance(value, str) else ""
    look = looks.cell(column, is_defused=looks_like_formula(text), is_top=True)
    if last > first:
        sheet.merge_range(first, place, last, place, "", look)
    if value is None or value == "":
        sheet.write_blank(first, place, None, look)
    elif isinstance(value, str):
        sheet.write_string(first, place, text, look)
    else:
        sheet.write_number(first, place, float(value), look)


def colour_blocks(sheet: Worksheet, form: Form, looks: Looks, top: int) -> None:
    """Green where a row or a whole block has what it must have; red where it was begun and something is missing.

    What is known of a block (its number, what it is about) turns green with it, so that one sees what is left.

    Args:
        sheet: the list's sheet.
        form: the list.
        looks: formats of the workbook.
        top: first row below the headings, from 0.
    """
    asked = [place for place, column in enumerate(form.columns) if column.use == "asked"]
    own = [place for place in asked if not form.columns[place].is_shared]
    needed = [place for place in own if form.columns[place].is_required]
    shared = [place for place in asked if form.columns[place].is_shared and form.columns[place].is_required]
    known = [place for place, column in enumerate(form.columns) if column.is_shared and column.use == "shown"]
    green, red = looks(bg_color=GREEN), looks(bg_color=RED)
    last = top + len(form.rows) - 1
    row = top + 1
    begun = f"COUNTA(${_letter(own[0])}{row}:${_letter(own[-1])}{row})>0"
    for place in needed:
        _colour(sheet, (top, place, last, place), f'AND({begun},{_letter(place)}{row}="")', red)
    whole = [f'${_letter(place)}{row}<>""' for place in needed]
    _colour(sheet, (top, own[0], last, own[-1]), f"AND({','.join(whole)})", green)
    for first, end in form.spans():
        ranges = [_range(place, top + first, top + end) for place in needed]
        any_score = "+".join(f"COUNTA({each})" for each in ranges)
        is_done = [f"COUNTA({each})={end - first + 1}" for each in ranges]
        is_done += [f'{_range(place, top + first, top + first)}<>""' for place in shared]
        for place in shared:
            where = (top + first, place, top + end, place)
            _colour(sheet, where, f'AND({any_score}>0,{_range(place, top + first, top + first)}="")', red)
            _colour(sheet, where, f"AND({','.join(is_done)})", green)
        for place in known[:2]:
            _colour(sheet, (top + first, place, top + end, place), f"AND({','.join(is_done)})", green)


def write_progress(sheet: Worksheet, form: Form, looks: Looks, top: int, _: Translator) -> None:
    """How many rows are filled in, above the first column that a row must have; it counts itself.

    Args:
        sheet: the list's sheet.
        form: the list.
        looks: formats of the workbook.
        top: first row below the headings, from 0.
        _: language.
    """
    place = next(
        (at for at, each in enumerate(form.columns) if each.use == "asked" and each.is_required and not each.is_shared),
        None,
    )
    if place is None:
        return
    words = _("Filled in: {n} of {all}", n="\n", all=len(form.rows))
    before, after = (part.replace('"', '""') for part in words.split("\n"))
    counted = f"COUNTA({_range(place, top, top + len(form.rows) - 1)})"
    look = looks(bold=True, font_color="#4B5563")
    sheet.write_formula(top - 2, place, f'="{before}"&{counted}&"{after}"', look, words.replace("\n", "0"))


def _colour(sheet: Worksheet, where: tuple[int, int, int, int], formula: str, look: Any) -> None:
    rule = {"type": "formula", "criteria": f"={formula}", "format": look, "stop_if_true": True}
    sheet.conditional_format(*where, rule)


def _range(place: int, first: int, last: int) -> str:
    letter = _letter(place)
    return f"${letter}${first + 1}" if first == last else f"${letter}${first + 1}:${letter}${last + 1}"


def _letter(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))
