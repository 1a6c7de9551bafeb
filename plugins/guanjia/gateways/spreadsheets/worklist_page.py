"""The page of a workbook to be filled in that says how: colours, what to do, what to write in each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from guanjia.gateways.spreadsheets.worklist_looks import (
    BLUE,
    GREEN,
    GREY,
    LINE,
    LINE_POINTS,
    RED,
    YELLOW,
    Looks,
    lines_of,
)
from guanjia.i18n import Translator

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from guanjia.gateways.spreadsheets.worklist_form import Form, FormColumn


def write_instructions(sheet: Worksheet, forms: Sequence[Form], looks: Looks, _: Translator) -> None:
    """Write the page of some lists: the first one's instructions, and what belongs into the columns of all.

    Args:
        sheet: empty sheet.
        forms: the lists.
        looks: formats of the workbook.
        _: language.
    """
    sheet.hide_gridlines(2)
    for place, width in enumerate((4, 26, 92)):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, _("How to fill in"), looks(bold=True, font_size=16, font_color=BLUE))
    legend = (
        (YELLOW, _("Yellow: to be filled in")),
        (GREEN, _("Green: has all it needs")),
        (RED, _("Red: begun, and still missing")),
        (GREY, _("Grey: please leave as it is")),
    )
    line = 2
    for colour, words in legend:
        sheet.write_blank(line, 0, None, looks(bg_color=colour, border=1, border_color=LINE))
        sheet.write_string(line, 1, words, looks(indent=1))
        line += 1
    line += 1
    wrapped = looks(text_wrap=True, valign="top", font_size=11)
    for number, sentence in enumerate(forms[0].instructions, start=1):
        sheet.write_string(line, 0, f"{number}.", looks(bold=True, valign="top", font_size=11, align="right"))
        sheet.merge_range(line, 1, line, 2, sentence, wrapped)
        sheet.set_row(line, 18 * lines_of(sentence, 116) + 4)
        line += 1
    explained = {column.heading: column for form in forms for column in form.columns if column.explanation}
    _explain_columns(sheet, line + 1, list(explained.values()), looks, _)
    sheet.protect("")
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)


def _explain_columns(sheet: Worksheet, line: int, columns: Sequence[FormColumn], looks: Looks, _: Translator) -> None:
    """What to write in each column, as a table from that line on."""
    if not columns:
        return
    boxed = {"border": 1, "border_color": LINE}
    head = looks(bold=True, bg_color="#DCE6F0", **boxed)
    sheet.merge_range(line, 0, line, 1, _("Column"), head)
    sheet.write_string(line, 2, _("What to write there"), head)
    sheet.set_row(line, 20)
    for place, column in enumerate(columns, start=line + 1):
        name = f"{column.heading}{' *' if column.is_required else ''}"
        sheet.merge_range(place, 0, place, 1, name, looks(bold=True, **boxed))
        sheet.write_string(place, 2, column.explanation, looks(text_wrap=True, **boxed))
        sheet.set_row(place, LINE_POINTS * lines_of(column.explanation, 92) + 6)
