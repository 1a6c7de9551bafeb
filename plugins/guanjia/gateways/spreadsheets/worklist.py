"""A list to be filled in and sent back: a workbook in which only what is asked for can be changed.

What is known stands there, locked; what is asked for is yellow, with drop-down words and checked dates and numbers, and
turns green once the row has what it needs. The sheet is protected without a password: against slips, not people.
Text from outside that looks like a formula stays text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from guanjia.i18n import Translator, gettext_for

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Value: TypeAlias = str | int | Decimal | None

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_HEAD: Final = 2
"""Row of the headings, from 0: the title and what to do stand above."""
_CELL_CHARACTERS: Final = 32_767
_LINE_POINTS: Final = 15
_LEAST_POINTS: Final = 24
"""Height of a row at least: room to write by hand on the printed list."""
_WORKBOOK: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_INK, _LINE, _BLUE, _GREY, _YELLOW, _GREEN, _RED, _AMBER = (
    "#1F2A37",
    "#C9D1DA",
    "#1F4E79",
    "#F1F3F5",
    "#FFF8DC",
    "#E3F4E6",
    "#FADBD8",
    "#B45309",
)


@dataclass(frozen=True)
class FormColumn:
    """A column of the list.

    Attributes:
        heading: as intake reads it.
        hint: shown under it in brackets, which intake leaves out; no bracket in it.
        width: in halves of a Chinese character.
        use: ``shown`` (locked), ``marked`` (locked, and to be noticed), ``kept`` (locked: a code that must come back
            unchanged) or ``asked`` (to be filled in).
        cell: what stands there or is asked for: a ``text``, one of `choices`, an ``instant``, a ``number`` or a
            ``count``.
        choices: words of the drop-down list.
        is_required: a filled-in row must have it.
        minimum: smallest number, inclusive.
        explanation: what to write there, one sentence for the page of instructions; empty: nothing to explain.
        needed_with: another column's heading and a word; where that word stands there, this one must be filled in too.
        is_hidden: a kept column nobody has to see, such as a seal.
    """

    heading: str
    width: int
    use: Literal["shown", "marked", "kept", "asked"] = "shown"
    hint: str = ""
    cell: Literal["text", "choice", "instant", "number", "count"] = "text"
    choices: tuple[str, ...] = ()
    is_required: bool = False
    minimum: Decimal | None = None
    explanation: str = ""
    needed_with: tuple[str, str] | None = None
    is_hidden: bool = False


@dataclass(frozen=True)
class Form:
    """The list.

    Attributes:
        sheet_name: name by which intake knows the dataset.
        title: what the list is, for whom and for which day.
        to_do: what is to be done with it, one sentence.
        columns: its columns, those that name a row first.
        rows: a value per column; None where something is asked for.
        frozen_columns: columns at the left that stay in sight.
        instructions: sentences of the page of instructions, in order.
        work_date: day the list is for; instants far from it are taken for slips.
        made_at: aware; instant it was made.
    """

    sheet_name: str
    title: str
    to_do: str
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[Value]]
    frozen_columns: int
    instructions: Sequence[str]
    work_date: date
    made_at: datetime


def write_form(form: Form, language: str) -> bytes:
    """The workbook: the list, and a page that says how to fill it in.

    Args:
        form: the list.
        language: zh or en.

    Returns:
        The bytes of the .xlsx file; the same form gives the same bytes.
    """
    import xlsxwriter

    _ = gettext_for(language)
    made = BytesIO()
    with xlsxwriter.Workbook(made, _WORKBOOK) as book:
        book.set_properties({"title": form.title, "created": form.made_at.astimezone(_ZONE).replace(tzinfo=None)})
        looks = _Looks(book, "微软雅黑" if _.language == "zh" else "Calibri")
        _write_list(book.add_worksheet(form.sheet_name), form, looks, _)
        _write_instructions(book.add_worksheet(_("How to fill in")), form, looks, _)
    return made.getvalue()


def text_width(text: str) -> int:
    """How wide the widest line of a text is shown, in halves of a Chinese character."""
    return max(
        (sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line) for line in text.split("\n")),
        default=0,
    )


class _Looks:
    """Formats of a workbook, each made once."""

    def __init__(self, book: Workbook, font: str) -> None:
        self._book = book
        self._font = font
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **wanted: Any) -> Format:
        given = {"font_name": self._font, "font_color": _INK, "font_size": 10, "valign": "vcenter"} | wanted
        key = tuple(sorted(given.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(given)
        return self._made[key]

    def cell(self, column: FormColumn, *, is_defused: bool = False) -> Format:
        """A cell below a column's heading."""
        wanted: dict[str, Any] = {"border": 1, "border_color": _LINE, "text_wrap": True}
        if is_defused:
            wanted["quote_prefix"] = True
        if column.use == "kept":
            wanted |= {"bg_color": _GREY, "font_color": "#6B7280", "font_size": 9, "num_format": "@"}
        elif column.use == "marked":
            wanted |= {"font_color": _AMBER, "bold": True}
        elif column.use == "asked":
            wanted |= {"bg_color": _YELLOW, "locked": False}
        if column.cell == "instant":
            wanted |= {"num_format": "yyyy-mm-dd hh:mm", "align": "center"}
        elif column.cell == "choice":
            wanted["align"] = "center"
        elif column.cell == "number":
            wanted |= {"align": "right", "indent": 1, "text_wrap": False}
        elif column.cell == "count":
            wanted["align"] = "center"
        else:
            wanted |= {"align": "left", "indent": 1}
        return self(**wanted)

    def head(self, column: FormColumn) -> Format:
        """A heading: dark over what is to be filled in, light over what is known."""
        asked = column.use == "asked"
        return self(
            bold=True,
            text_wrap=True,
            align="center",
            border=1,
            border_color=_LINE,
            bg_color=_BLUE if asked else "#DCE6F0",
            font_color="#FFFFFF" if asked else _INK,
        )


def _write_list(sheet: Worksheet, form: Form, looks: _Looks, _: Translator) -> None:
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, form.title, looks(bold=True, font_size=16, font_color=_BLUE))
    sheet.set_row(1, 20)
    sheet.write_string(1, 0, form.to_do, looks(font_color="#4B5563"))
    for place, column in enumerate(form.columns):
        sheet.set_column(place, place, column.width, None, {"hidden": column.is_hidden})
        sheet.write_string(_HEAD, place, _heading(column), looks.head(column))
    seen = [each for each in form.columns if not each.is_hidden]
    sheet.set_row(_HEAD, 8 + _LINE_POINTS * max((_lines(_heading(each), each.width) for each in seen), default=1))
    for line, values in enumerate(form.rows, start=_HEAD + 1):
        _write_row(sheet, line, form.columns, values, looks)
    if form.rows:
        _check_cells(sheet, form, _)
        _colour_rows(sheet, form, looks)
    sheet.freeze_panes(_HEAD + 1, form.frozen_columns)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _set_up_print(sheet, form)


def _heading(column: FormColumn) -> str:
    brackets = "()" if column.heading.isascii() else "（）"
    hint = f"\n{brackets[0]}{column.hint}{brackets[1]}" if column.hint else ""
    return f"{column.heading}{' *' if column.is_required else ''}{hint}"


def _write_row(
    sheet: Worksheet, line: int, columns: Sequence[FormColumn], values: Sequence[Value], looks: _Looks
) -> None:
    lines = 1
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        if value is None or value == "":
            sheet.write_blank(line, place, None, looks.cell(column))
        elif isinstance(value, str):
            text = value[:_CELL_CHARACTERS]
            sheet.write_string(line, place, text, looks.cell(column, is_defused=_looks_like_formula(text)))
            lines = max(lines, 0 if column.is_hidden else _lines(text, column.width))
        else:
            sheet.write_number(line, place, float(value), looks.cell(column))
    sheet.set_row(line, max(_LEAST_POINTS, _LINE_POINTS * lines + 4))


def _looks_like_formula(text: str) -> bool:
    return text.startswith(("=", "+", "-", "@", "\t", "\r"))


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column of that width, in which it is wrapped."""
    return sum(-(-max(1, text_width(line)) // max(1, width - 2)) for line in text.split("\n"))


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
            around = (form.work_date - timedelta(days=62), form.work_date + timedelta(days=366))
            told |= {"validate": "date", "criteria": "between"} | dict(zip(("minimum", "maximum"), around, strict=True))
            told["input_title"] = column.heading[:32]
            told["input_message"] = _("Date and time, such as {example}", example=example)
            told["error_message"] = _(
                "Write the date and the time, such as {example}; a time alone is not enough.", example=example
            )
        elif column.cell == "number":
            least = column.minimum if column.minimum is not None else Decimal(0)
            told |= {"validate": "decimal", "criteria": ">=", "value": float(least)}
            told["error_message"] = _("Write a number of at least {least}, digits only, without a unit.", least=least)
        else:
            told |= {"validate": "length", "criteria": "<=", "value": 500}
            told["error_message"] = _("At most 500 characters fit in here.")
        sheet.data_validation(first, place, last, place, told)


def _colour_rows(sheet: Worksheet, form: Form, looks: _Looks) -> None:
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
        rule = {"type": "formula", "criteria": f"={formula}", "format": looks(bg_color=_RED)}
        sheet.conditional_format(first, place, last, place, rule | {"stop_if_true": True})
    whole = [f'${_letter(place)}{row}<>""' for place in needed]
    whole += [f"NOT({formula})" for place, formula in missing.items() if place not in needed]
    done = {"type": "formula", "criteria": f"=AND({','.join(whole)})", "format": looks(bg_color=_GREEN)}
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


def _write_instructions(sheet: Worksheet, form: Form, looks: _Looks, _: Translator) -> None:
    sheet.hide_gridlines(2)
    for place, width in enumerate((4, 26, 92)):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, _("How to fill in"), looks(bold=True, font_size=16, font_color=_BLUE))
    legend = (
        (_YELLOW, _("Yellow: to be filled in")),
        (_GREEN, _("Green: has all it needs")),
        (_RED, _("Red: begun, and still missing")),
        (_GREY, _("Grey: please leave as it is")),
    )
    line = 2
    for colour, words in legend:
        sheet.write_blank(line, 0, None, looks(bg_color=colour, border=1, border_color=_LINE))
        sheet.write_string(line, 1, words, looks(indent=1))
        line += 1
    line += 1
    wrapped = looks(text_wrap=True, valign="top", font_size=11)
    for number, sentence in enumerate(form.instructions, start=1):
        sheet.write_string(line, 0, f"{number}.", looks(bold=True, valign="top", font_size=11, align="right"))
        sheet.merge_range(line, 1, line, 2, sentence, wrapped)
        sheet.set_row(line, 18 * _lines(sentence, 116) + 4)
        line += 1
    _explain_columns(sheet, line + 1, [column for column in form.columns if column.explanation], looks, _)
    sheet.protect("")
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)


def _explain_columns(sheet: Worksheet, line: int, columns: Sequence[FormColumn], looks: _Looks, _: Translator) -> None:
    """What to write in each column, as a table from that line on."""
    if not columns:
        return
    boxed = {"border": 1, "border_color": _LINE}
    head = looks(bold=True, bg_color="#DCE6F0", **boxed)
    sheet.merge_range(line, 0, line, 1, _("Column"), head)
    sheet.write_string(line, 2, _("What to write there"), head)
    sheet.set_row(line, 20)
    for place, column in enumerate(columns, start=line + 1):
        name = f"{column.heading}{' *' if column.is_required else ''}"
        sheet.merge_range(place, 0, place, 1, name, looks(bold=True, **boxed))
        sheet.write_string(place, 2, column.explanation, looks(text_wrap=True, **boxed))
        sheet.set_row(place, _LINE_POINTS * _lines(column.explanation, 92) + 6)
