"""A list to be filled in and sent back: a workbook in which only what is asked for can be changed.

What is known stands there, locked; what is asked for is yellow, with drop-down words and checked dates and numbers, and
turns green once the row has what it needs. The sheet is protected without a password: against slips, not people.
Text from outside that looks like a formula stays text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from guanjia.gateways.spreadsheets.worklist_blocks import colour_blocks, write_progress, write_shared
from guanjia.gateways.spreadsheets.worklist_form import Form, FormColumn, Value
from guanjia.gateways.spreadsheets.worklist_looks import (
    BLUE,
    CELL_CHARACTERS,
    GREEN,
    LINE_POINTS,
    RED,
    Looks,
    lines_of,
    looks_like_formula,
    text_width,
)
from guanjia.gateways.spreadsheets.worklist_page import write_instructions
from guanjia.i18n import Translator, gettext_for

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Form", "FormColumn", "Value", "text_width", "write_form", "write_forms"]

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_HEAD: Final = 2
"""Row of the headings, from 0: the title and what to do stand above."""
_LEAST_POINTS: Final = 24
"""Height of a row at least: room to write by hand on the printed list."""
_WORKBOOK: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_form(form: Form, language: str) -> bytes:
    """The workbook: the list, and a page that says how to fill it in.

    Args:
        form: the list.
        language: zh or en.

    Returns:
        The bytes of the .xlsx file; the same form gives the same bytes.
    """
    return write_forms([form], language)


def write_forms(forms: Sequence[Form], language: str) -> bytes:
    """A workbook of several lists, each on its sheet, and a page that says how to fill them in.

    Args:
        forms: the lists; the first one's title and instructions are the workbook's.
        language: zh or en.

    Returns:
        The bytes of the .xlsx file; the same forms give the same bytes.
    """
    import xlsxwriter

    _ = gettext_for(language)
    made, first = BytesIO(), forms[0]
    with xlsxwriter.Workbook(made, _WORKBOOK) as book:
        book.set_properties({"title": first.title, "created": first.made_at.astimezone(_ZONE).replace(tzinfo=None)})
        looks = Looks(book, "微软雅黑" if _.language == "zh" else "Calibri")
        for form in forms:
            _write_list(book.add_worksheet(form.sheet_name), form, looks, _)
        write_instructions(book.add_worksheet(_("How to fill in")), forms, looks, _)
    return made.getvalue()


def _write_list(sheet: Worksheet, form: Form, looks: Looks, _: Translator) -> None:
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, form.title, looks(bold=True, font_size=16, font_color=BLUE))
    sheet.set_row(1, 20)
    sheet.write_string(1, 0, form.to_do, looks(font_color="#4B5563"))
    for place, column in enumerate(form.columns):
        sheet.set_column(place, place, column.width, None, {"hidden": column.is_hidden})
        sheet.write_string(_HEAD, place, _heading(column), looks.head(column))
    seen = [each for each in form.columns if not each.is_hidden]
    sheet.set_row(_HEAD, 8 + LINE_POINTS * max((lines_of(_heading(each), each.width) for each in seen), default=1))
    tops = {first for first, _last in form.spans()}
    for row, values in enumerate(form.rows):
        _write_row(sheet, _HEAD + 1 + row, form, values, looks, is_top=row in tops)
    write_shared(sheet, form, looks, _HEAD + 1, _LEAST_POINTS)
    if form.rows:
        _check_cells(sheet, form, _)
        if form.blocks:
            colour_blocks(sheet, form, looks, _HEAD + 1)
            write_progress(sheet, form, looks, _HEAD + 1, _)
        else:
            _colour_rows(sheet, form, looks)
    sheet.freeze_panes(_HEAD + 1, form.frozen_columns)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _set_up_print(sheet, form)


def _heading(column: FormColumn) -> str:
    brackets = "()" if column.heading.isascii() else "（）"
    hint = f"\n{brackets[0]}{column.hint}{brackets[1]}" if column.hint else ""
    return f"{column.heading}{' *' if column.is_required else ''}{hint}"


def _write_row(sheet: Worksheet, line: int, form: Form, values: Sequence[Value], looks: Looks, *, is_top: bool) -> None:
    lines = 1
    for place, (column, value) in enumerate(zip(form.columns, values, strict=True)):
        if column.is_shared:
            continue
        if value is None or value == "":
            sheet.write_blank(line, place, None, looks.cell(column, is_top=is_top))
        elif isinstance(value, str):
            text = value[:CELL_CHARACTERS]
            look = looks.cell(column, is_defused=looks_like_formula(text), is_top=is_top)
            sheet.write_string(line, place, text, look)
            lines = max(lines, 0 if column.is_hidden else lines_of(text, column.width))
        else:
            sheet.write_number(line, place, float(value), looks.cell(column, is_top=is_top))
    sheet.set_row(line, max(_LEAST_POINTS, LINE_POINTS * lines + 4))


def _check_cells(sheet: Worksheet, form: Form, _: Translator) -> None:
    """Words from lists, instants and numbers that can be; each with a message that says what to write."""
    first, last = _HEAD + 1, _HEAD + len(form.rows)
    example = f"{form.work_date:%Y-%m-%d} 09:30"
    for place, column in enumerate(form.columns):
        if column.use != "asked":
            continue
        told: dict[str, Any] = {"error_title": column.heading[:32]}
        if column.cell == "choice":
            words = (", " if _.language == "en" else "、").join(column.choices)
            told |= {"validate": "list", "source": list(column.choices)}
            told["error_message"] = _("Choose from the list: {words}. Or leave the cell empty.", words=words)
        elif column.cell == "instant":
            earliest = form.earliest or form.work_date - timedelta(days=62)
            around = (earliest, form.work_date + timedelta(days=366))
            told |= {"validate": "date", "criteria": "between"} | dict(zip(("minimum", "maximum"), around, strict=True))
            told["input_title"] = column.heading[:32]
            told["input_message"] = _("Date and time, such as {example}", example=example)
            told["error_message"] = _(
                "Write the date and the time, such as {example}; a time alone is not enough.", example=example
            )
            if form.earliest is not None:
                told["error_message"] = _(
                    "Write the date and the time, such as {example}; not before {earliest}.",
                    example=example,
                    earliest=earliest,
                )
        elif column.cell == "number":
            least = column.minimum if column.minimum is not None else Decimal(0)
            told |= {"validate": "decimal", "criteria": ">=", "value": float(least)}
            told["error_message"] = _("Write a number of at least {least}, digits only, without a unit.", least=least)
            if column.maximum is not None:
                bounds = {"least": least, "most": column.maximum}
                told |= {"criteria": "between", "minimum": float(least), "maximum": float(column.maximum)}
                told["error_message"] = _("Write a number from {least} to {most}, digits only.", **bounds)
        else:
            told |= {"validate": "length", "criteria": "<=", "value": 500}
            told["error_message"] = _("At most 500 characters fit in here.")
        sheet.data_validation(first, place, last, place, told)


def _colour_rows(sheet: Worksheet, form: Form, looks: Looks) -> None:
    """Green where a row has what it must have; red where it was begun and something it needs is missing."""
    asked = [place for place, column in enumerate(form.columns) if column.use == "asked"]
    needed = [place for place in asked if form.columns[place].is_required]
    if not needed:
        return
    first, last = _HEAD + 1, _HEAD + len(form.rows)
    row = first + 1
    begun = f"COUNTA(${_letter(asked[0])}{row}:${_letter(asked[-1])}{row})>0"
    missing = {place: f'AND({begun},{_letter(place)}{row}="")' for place in needed}
    for place in asked:
        if (with_word := form.columns[place].needed_with) is not None:
            other = next(at for at in asked if form.columns[at].heading == with_word[0])
            missing[place] = f'AND(${_letter(other)}{row}="{with_word[1]}",${_letter(place)}{row}="")'
    for place, formula in missing.items():
        rule = {"type": "formula", "criteria": f"={formula}", "format": looks(bg_color=RED)}
        sheet.conditional_format(first, place, last, place, rule | {"stop_if_true": True})
    whole = [f'${_letter(place)}{row}<>""' for place in needed]
    whole += [f"NOT({formula})" for place, formula in missing.items() if place not in needed]
    done = {"type": "formula", "criteria": f"=AND({','.join(whole)})", "format": looks(bg_color=GREEN)}
    sheet.conditional_format(first, asked[0], last, asked[-1], done)


def _letter(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))


def _set_up_print(sheet: Worksheet, form: Form) -> None:
    """A4 across, one page wide, the headings on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.35, right=0.35, top=0.45, bottom=0.55)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD)
    sheet.print_area(0, 0, _HEAD + len(form.rows), len(form.columns) - 1)
    sheet.set_footer("&L&8" + form.title.replace("&", "&&")[:200] + "&R&8&P / &N")
