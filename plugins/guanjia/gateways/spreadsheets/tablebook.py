"""A workbook to read and reckon with: Excel tables, charts drawn by Excel, and figures worked out by formulas.

A formula is written with its result, so that the workbook shows the same numbers in programs that do not reckon
(previews, phones). Text from outside that looks like a formula stays text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from guanjia.gateways.spreadsheets.worklist import text_width
from guanjia.i18n import normalised

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

CellKind = Literal["text", "count", "number", "amount", "share", "mean", "score", "seconds", "day", "instant"]
Tint = Literal["", "good", "warning", "bad", "muted"]
BookValue: TypeAlias = str | int | Decimal | date | datetime | None

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_CELL_CHARACTERS: Final = 32_767
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_INK, _GREY, _TEAL, _LINE, _HEAD = "#1F2A33", "#5B6973", "#0E5A5B", "#DDE3E8", "#E6EFEF"
_TINTS: Final = {"good": "#187A3C", "warning": "#9A4A05", "bad": "#B3261E", "muted": _GREY}
_COLOURS: Final = ("#0E5A5B", "#C2571A", "#5B6973", "#2F6FB0")
_DASHES: Final = ("solid", "dash", "dash_dot", "round_dot")
_FORMATS: Final[dict[CellKind, str]] = {
    "count": "#,##0",
    "number": "#,##0.##",
    "amount": "¥#,##0.00;-¥#,##0.00",
    "share": "0.0 %",
    "mean": "0.0",
    "score": "0.00",
    "seconds": "0",
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
}
_FIRST_TABLE_ROW: Final = 3
_CHART_ROWS: Final = 16


@dataclass(frozen=True)
class Worked:
    """A cell that the program works out.

    Attributes:
        formula: with its ``=``; ``{row}`` stands for the cell's own row.
        result: what it comes to, shown until the program reckons; None: the text `otherwise`.
        kind: how it is written; None: as its column.
        otherwise: result where there is no number, such as ``n/a``.
        is_signed: a change: written with its sign.
        suffix: written behind a change, such as its unit.
    """

    formula: str
    result: Decimal | None
    kind: CellKind | None = None
    otherwise: str = "n/a"
    is_signed: bool = False
    suffix: str = ""


@dataclass(frozen=True)
class Shown:
    """A cell written otherwise than its column: its kind, and a tint that goes with a word beside it."""

    value: BookValue
    kind: CellKind | None = None
    tint: Tint = ""


BookCell: TypeAlias = BookValue | Worked | Shown


@dataclass(frozen=True)
class BookColumn:
    """A column of a table.

    Attributes:
        heading: unique within the table.
        kind: how its cells are written.
        width: in halves of a Chinese character.
        is_summed: whether a last row sums it up, by a formula that follows the filter.
        is_wrapped: long texts take several lines.
    """

    heading: str
    kind: CellKind = "text"
    width: int = 14
    is_summed: bool = False
    is_wrapped: bool = False


@dataclass(frozen=True)
class BookChart:
    """A chart of columns of a table, drawn by the program that shows the workbook.

    Attributes:
        kind: line or bar.
        title: above it.
        headings: of the columns that are drawn, one series each.
        number_format: of the axis; blank: as the column.
        names_column: place of the column that names the points, from 0.
        maximum: end of the axis of values; None: by the values.
    """

    kind: Literal["line", "bar"]
    title: str
    headings: tuple[str, ...]
    number_format: str = ""
    names_column: int = 0
    maximum: int | None = None


@dataclass(frozen=True)
class BookSheet:
    """A sheet: a title, a line or two about it, one table, charts beside or below.

    Attributes:
        name: at most 31 characters, none of ``[]:*?/\\``.
        title: first line.
        note: second line.
        table_name: name of the table in formulas: letters, unique in the book.
        columns: of the table.
        rows: cells, one per column.
        warning: said in colour above all (a preview, a correction); blank: nothing.
        charts: below each other, to the right of the table, or below it where `charts_below`.
        charts_below: whether charts stand under the table.
        frozen_columns: columns that stay in sight.
        after: sentences below the table.
        is_filtered: whether the headings carry filters.
    """

    name: str
    title: str
    table_name: str
    columns: tuple[BookColumn, ...]
    rows: Sequence[Sequence[BookCell]]
    note: str = ""
    warning: str = ""
    charts: tuple[BookChart, ...] = ()
    charts_below: bool = False
    frozen_columns: int = 1
    after: tuple[str, ...] = ()
    is_filtered: bool = True


@dataclass(frozen=True)
class Book:
    """A workbook of tables.

    Attributes:
        title: its title among the file's properties.
        sheets: in order; the first is shown when it is opened.
        made_at: aware; instant it was made.
        sum_label: first cell of rows that sum up.
    """

    title: str
    sheets: tuple[BookSheet, ...]
    made_at: datetime
    sum_label: str = "Σ"


def write_book(book: Book, language: str) -> bytes:
    """The workbook.

    Args:
        book: its sheets.
        language: zh or en; decides the font.

    Returns:
        The bytes of the .xlsx file; the same book gives the same bytes.

    Raises:
        ValueError: a row has not one cell per column.
    """
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as file:
        file.set_properties({"title": book.title, "created": book.made_at.astimezone(_ZONE).replace(tzinfo=None)})
        file.set_calc_mode("auto")
        looks = _Looks(file, "微软雅黑" if normalised(language) == "zh" else "Calibri")
        for sheet in book.sheets:
            _write_sheet(file, file.add_worksheet(sheet.name), sheet, looks, book.sum_label)
    return made.getvalue()


class _Looks:
    """Formats of a workbook, each made once."""

    def __init__(self, book: Workbook, font: str) -> None:
        self._book = book
        self.font = font
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._of_cells: dict[tuple[Any, ...], Format] = {}

    def __call__(self, **wanted: Any) -> Format:
        given = {"font_name": self.font, "font_color": _INK, "font_size": 10, "valign": "vcenter"} | wanted
        key = tuple(sorted(given.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(given)
        return self._made[key]

    def cell(
        self, column: BookColumn, kind: CellKind, tint: Tint = "", *, more: Mapping[str, Any] | None = None
    ) -> Format:
        """A cell of a table."""
        key = (column.kind, column.is_wrapped, kind, tint, *(more or {}).items())
        if key not in self._of_cells:
            self._of_cells[key] = self._cell(column, kind, tint, more or {})
        return self._of_cells[key]

    def _cell(self, column: BookColumn, kind: CellKind, tint: Tint, more: Mapping[str, Any]) -> Format:
        wanted: dict[str, Any] = {"bottom": 1, "bottom_color": _LINE, "indent": 1}
        wanted["align"] = "left" if column.kind == "text" else "right"
        if kind in _FORMATS:
            wanted["num_format"] = _FORMATS[kind]
        elif column.is_wrapped:
            wanted |= {"text_wrap": True, "valign": "top"}
        if tint:
            wanted |= {"font_color": _TINTS[tint], "bold": tint != "muted"}
        return self(**(wanted | dict(more)))


def _write_sheet(file: Workbook, sheet: Worksheet, wanted: BookSheet, looks: _Looks, sum_label: str) -> None:
    sheet.hide_gridlines(2)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, wanted.title, looks(bold=True, font_size=15, font_color=_TEAL))
    sheet.write_string(1, 0, wanted.note, looks(font_color=_GREY))
    if wanted.warning:
        sheet.write_string(2, 0, wanted.warning, looks(bold=True, font_color=_TINTS["warning"]))
    for place, column in enumerate(wanted.columns):
        sheet.set_column(place, place, column.width)
    first, last = _FIRST_TABLE_ROW, _FIRST_TABLE_ROW + max(len(wanted.rows), 1)
    has_sum = any(column.is_summed for column in wanted.columns) and bool(wanted.rows)
    sheet.add_table(
        first, 0, last + has_sum, len(wanted.columns) - 1, _table_options(wanted, looks, sum_label, has_sum)
    )
    if has_sum:
        _write_sums(sheet, last + 1, wanted, looks)
    sheet.set_row(first, 8 + 15 * max(_lines(column.heading, column.width) for column in wanted.columns))
    for line, cells in enumerate(wanted.rows, start=first + 1):
        if len(cells) != len(wanted.columns):
            raise ValueError(f"{wanted.name}: {len(cells)} cells in a row of {len(wanted.columns)} columns.")
        _write_row(sheet, line, wanted.columns, cells, looks)
    end = last + has_sum + 2
    for sentence in wanted.after:
        sheet.write_string(end, 0, sentence, looks(font_color=_GREY))
        end += 1
    _draw(file, sheet, wanted, looks, end + 1)
    sheet.freeze_panes(first + 1, wanted.frozen_columns)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.set_footer("&C&P / &N")


def _table_options(wanted: BookSheet, looks: _Looks, sum_label: str, has_sum: bool) -> dict[str, Any]:
    head = looks(bold=True, bg_color=_HEAD, bottom=1, bottom_color=_TEAL, text_wrap=True, align="left", indent=1)
    head_end = looks(bold=True, bg_color=_HEAD, bottom=1, bottom_color=_TEAL, text_wrap=True, align="right", indent=1)
    columns = []
    for place, column in enumerate(wanted.columns):
        options: dict[str, Any] = {
            "header": column.heading,
            "header_format": head if column.kind == "text" else head_end,
        }
        if has_sum and column.is_summed:
            options["total_function"] = "sum"
        elif has_sum and place == 0:
            options["total_string"] = sum_label
        columns.append(options)
    return {
        "name": wanted.table_name,
        "columns": columns,
        "style": None,
        "autofilter": wanted.is_filtered and bool(wanted.rows),
        "total_row": has_sum,
    }


def _write_sums(sheet: Worksheet, line: int, wanted: BookSheet, looks: _Looks) -> None:
    """The last row's formulas with the table's name in them: LibreOffice knows no column without its table."""
    for place, column in enumerate(wanted.columns):
        if column.is_summed:
            total = sum((_number(row[place]) for row in wanted.rows), Decimal(0))
            formula = f"=SUBTOTAL(109,{wanted.table_name}[{column.heading}])"
            look = looks.cell(column, column.kind, more={"bold": True})
            sheet.write_formula(line, place, formula, look, float(total))


def _number(cell: BookCell) -> Decimal:
    value = cell.value if isinstance(cell, Shown) else cell.result if isinstance(cell, Worked) else cell
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def _write_row(
    sheet: Worksheet, line: int, columns: Sequence[BookColumn], cells: Sequence[BookCell], looks: _Looks
) -> None:
    lines = 1
    for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        shown = cell if isinstance(cell, Shown) else Shown(None if isinstance(cell, Worked) else cell)
        kind = shown.kind or column.kind
        if isinstance(cell, Worked):
            kind = cell.kind or column.kind
            result: float | str = cell.otherwise if cell.result is None else float(cell.result)
            formula = cell.formula.replace("{row}", str(line + 1))
            signed = {"num_format": _signed(_FORMATS[kind], cell.suffix)} if cell.is_signed else {}
            sheet.write_formula(line, place, formula, looks.cell(column, kind, more=signed), result)
            continue
        value = shown.value
        if value is None or value == "":
            sheet.write_blank(line, place, None, looks.cell(column, "text", shown.tint))
        elif isinstance(value, str):
            text = value[:_CELL_CHARACTERS]
            defused = {"quote_prefix": True} if text.startswith(("=", "+", "-", "@", "\t", "\r")) else {}
            sheet.write_string(line, place, text, looks.cell(column, "text", shown.tint, more=defused))
            if column.is_wrapped:
                lines = max(lines, _lines(text, column.width))
        elif isinstance(value, datetime):
            local = value.astimezone(_ZONE).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(line, place, local, looks.cell(column, kind, shown.tint))
        elif isinstance(value, date):
            sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), looks.cell(column, kind))  # noqa: DTZ001 (a day has no zone)
        else:
            sheet.write_number(line, place, float(value), looks.cell(column, kind, shown.tint))
    sheet.set_row(line, 15 * lines + 5)


def _signed(number_format: str, suffix: str) -> str:
    """The format of a number as one of a change."""
    plain = number_format.split(";")[0] + (f'" {suffix}"' if suffix else "")
    return f'+{plain};-{plain};"±0"'


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column of that width, in which it is wrapped."""
    return sum(-(-max(1, text_width(line)) // max(1, width - 2)) for line in text.split("\n"))


def _draw(file: Workbook, sheet: Worksheet, wanted: BookSheet, looks: _Looks, below: int) -> None:
    if not wanted.rows:
        return
    first, last = _FIRST_TABLE_ROW + 1, _FIRST_TABLE_ROW + len(wanted.rows)
    places = {column.heading: place for place, column in enumerate(wanted.columns)}
    line = below if wanted.charts_below else _FIRST_TABLE_ROW
    for drawn in wanted.charts:
        chart = file.add_chart({"type": drawn.kind})
        for number, heading in enumerate(drawn.headings):
            place = places[heading]
            series: dict[str, Any] = {
                "name": [wanted.name, _FIRST_TABLE_ROW, place],
                "categories": [wanted.name, first, drawn.names_column, last, drawn.names_column],
                "values": [wanted.name, first, place, last, place],
            }
            colour, dash = _COLOURS[number % 4], _DASHES[number % 4]
            if drawn.kind == "line":
                series["line"] = {"color": colour, "width": 2, "dash_type": dash}
                series["marker"] = {"type": "circle", "size": 4, "fill": {"color": colour}, "border": {"color": colour}}
            else:
                series |= {"fill": {"color": colour}, "gap": 60}
            chart.add_series(series)
        font = {"name": looks.font, "size": 9, "color": _INK}
        chart.set_title({"name": drawn.title, "name_font": font | {"size": 11, "bold": True}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": font} if len(drawn.headings) > 1 else {"none": True})
        values = {"num_font": font, "major_gridlines": {"visible": True, "line": {"color": _LINE}}, "min": 0}
        values |= {"num_format": drawn.number_format} if drawn.number_format else {}
        values |= {"max": drawn.maximum} if drawn.maximum is not None else {}
        names = {"num_font": font, "line": {"color": _LINE}}
        chart.set_x_axis(values if drawn.kind == "bar" else names)
        chart.set_y_axis(names | {"reverse": True} if drawn.kind == "bar" else values | {"line": {"none": True}})
        chart.show_blanks_as("gap")
        chart.show_na_as_empty_cell()
        chart.set_size({"width": 640, "height": 20 * _CHART_ROWS})
        sheet.insert_chart(line, 0 if wanted.charts_below else len(wanted.columns) + 1, chart)
        line += _CHART_ROWS + 1
