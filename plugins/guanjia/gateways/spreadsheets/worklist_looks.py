"""How lists to be filled in look: colours, fonts, and how wide a text is."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from guanjia.gateways.spreadsheets.worklist_form import FormColumn

CELL_CHARACTERS: Final = 32_767
"""Characters a cell holds."""
LINE_POINTS: Final = 15
"""Height of a line of text."""
INK, LINE, BLUE, GREY, YELLOW, GREEN, RED, AMBER = (
    "#1F2A37",
    "#C9D1DA",
    "#1F4E79",
    "#F1F3F5",
    "#FFF8DC",
    "#E3F4E6",
    "#FADBD8",
    "#B45309",
)


def text_width(text: str) -> int:
    """How wide the widest line of a text is shown, in halves of a Chinese character."""
    return max(
        (sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line) for line in text.split("\n")),
        default=0,
    )


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program might take a text for a formula."""
    return text.startswith(("=", "+", "-", "@", "\t", "\r"))


def lines_of(text: str, width: int) -> int:
    """Lines a text takes in a column of that width, in which it is wrapped."""
    return sum(-(-max(1, text_width(line)) // max(1, width - 2)) for line in text.split("\n"))


class Looks:
    """Formats of a workbook, each made once."""

    def __init__(self, book: Workbook, font: str) -> None:
        self._book = book
        self._font = font
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **wanted: Any) -> Format:
        """A format with these properties, over the house's own."""
        given = {"font_name": self._font, "font_color": INK, "font_size": 10, "valign": "vcenter"} | wanted
        key = tuple(sorted(given.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(given)
        return self._made[key]

    def cell(self, column: FormColumn, *, is_defused: bool = False, is_top: bool = False) -> Format:
        """A cell below a column's heading; the first of a block has a strong line above."""
        wanted: dict[str, Any] = {"border": 1, "border_color": LINE, "text_wrap": True}
        if is_top:
            wanted |= {"top": 2, "top_color": BLUE}
        if is_defused:
            wanted["quote_prefix"] = True
        if column.use == "kept":
            wanted |= {"bg_color": GREY, "font_color": "#6B7280", "font_size": 9, "num_format": "@"}
        elif column.use == "marked":
            wanted |= {"font_color": AMBER, "bold": True}
        elif column.use == "asked":
            wanted |= {"bg_color": YELLOW, "locked": False}
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
            border_color=LINE,
            bg_color=BLUE if asked else "#DCE6F0",
            font_color="#FFFFFF" if asked else INK,
        )
