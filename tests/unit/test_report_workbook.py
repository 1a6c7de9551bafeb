"""The workbook of a report: LibreOffice works out the mail's figures, and nobody's name or number stands in it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from guanjia.gateways.mail.letter import DataTable
from guanjia.gateways.spreadsheets.tablebook import Book, BookColumn, BookSheet, Worked, write_book
from guanjia.i18n import gettext_for
from guanjia.pipelines.reports.edition import EditionFigure, ReportEdition
from guanjia.pipelines.reports.letters_report import report_letter
from guanjia.pipelines.reports.quoted import Quotes
from guanjia.pipelines.reports.report_charts import ReportCharts
from guanjia.pipelines.reports.report_words import change_text, number_text, title_of, value_text
from guanjia.pipelines.reports.report_workbook import report_file_name, report_workbook
from tests.support.office import Office
from tests.support.programs import ensure_libreoffice, or_skip
from tests.support.report_editions import FRIDAY, corrected, invented

ZH = gettext_for("zh")
SHEETS = [
    "概览",
    "改进计划",
    "各小区对比",
    "按小区",
    "趋势",
    "明细-工单",
    "明细-超时",
    "明细-回访",
    "明细-巡检",
    "明细-欠费",
    "班组",
    "细分",
    "公式与来源",
]


def opened(edition: ReportEdition, language: str = "zh", *, worked_out: bool = True) -> Workbook:
    content = report_workbook(edition, language).content
    return openpyxl.load_workbook(BytesIO(content), data_only=worked_out)


def rows_of(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    """The rows of a sheet's table, below its headings."""
    return [row for row in book[sheet].iter_rows(min_row=5, values_only=True) if any(cell is not None for cell in row)]


def all_text(book: Workbook) -> str:
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def forgotten(content: bytes) -> bytes:
    """The workbook without a single remembered result: whoever opens it must work all of them out."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(r"(</f>)<v>[^<]*</v>", r"\1", part.decode())
                part = re.sub(r'(<c [^>]*?) t="str"(><f>)', r"\1\2", text).encode()
            target.writestr(name, part)
    return made.getvalue()


def shown(figure: EditionFigure, value: object) -> str:
    """A number of a cell as the mail would write it."""
    if not isinstance(value, int | float):
        return str(value)
    return value_text(ZH, figure, Decimal(repr(value)))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(or_skip(ensure_libreoffice()), tmp_path_factory.mktemp("office"))


@pytest.mark.rule("REP-01")
def test_libreoffice_works_out_the_figures_of_the_mail(office: Office) -> None:
    editions = {
        "week": invented(),
        "month": invented("monthly"),
        "one": invented(scope="XQ003"),
        "empty": invented(is_empty=True),
    }
    (office.folder / "made").mkdir()
    paths = []
    for name, edition in editions.items():
        paths.append(office.folder / "made" / f"{name}.xlsx")
        paths[-1].write_bytes(forgotten(report_workbook(edition, "zh").content))
        assert all(row[1] is None for row in rows_of(openpyxl.load_workbook(paths[-1], data_only=True), "概览"))
    for path, edition in zip(office.saved("xlsx", paths), editions.values(), strict=True):
        book = openpyxl.load_workbook(path, data_only=True)
        _check(book, edition)
        if edition.report == "monthly":
            assert [(row[0], row[1]) for row in rows_of(book, "客服")] == [
                (each.name, pytest.approx(float((each.numerator or 0) / (each.denominator or 1))))
                for each in edition.breakdowns
                if each.kind == "agent" and each.figure == "attendance"
            ]


def _check(book: Workbook, edition: ReportEdition) -> None:
    """Values, values before and changes of the overview are those of the mail's tables; so are the communities'."""
    found = {str(row[7]): row for row in rows_of(book, "概览") if row[7]}
    assert list(found) == [each.code for each in edition.figures]
    lines: dict[str, list[str]] = {}
    for block in report_letter(edition, ReportCharts(), "zh").blocks:
        if isinstance(block, DataTable) and block.columns[0].heading == "指标":
            lines |= {row[0].text: [cell.text for cell in row[1:4]] for row in block.cells}
    for figure in edition.figures:
        row = found[figure.code]
        assert [shown(figure, row[1]), shown(figure, row[2])] == [
            value_text(ZH, figure, figure.value),
            value_text(ZH, figure, figure.previous),
        ]
        change = change_text(ZH, figure)
        assert (row[3] in (None, "")) == (not change)
        if change:
            size = re.sub(r"[^\d.]", "", change)
            assert number_text(ZH, "points", abs(Decimal(repr(row[3]))), places=2) == f"{Decimal(size):.2f}"
        if title_of(ZH, figure) in lines:
            assert [shown(figure, row[1]), shown(figure, row[2]), change or "n/a"] == lines[title_of(ZH, figure)]
    assert not re.search("^#", all_text(book), re.MULTILINE)


def test_remembered_results_are_what_the_formulas_come_to() -> None:
    edition = invented()
    for row, figure in zip(rows_of(opened(edition), "概览"), edition.figures, strict=False):
        assert shown(figure, row[1]) == value_text(ZH, figure, figure.value)
    formulas = rows_of(opened(edition, worked_out=False), "概览")
    rate = next(row for row in formulas if row[7] == "on_time.total")
    assert str(rate[1]).startswith("=IF(SUMIFS(ByCommunity[分母],ByCommunity[指标代码],$H")


def test_the_sheets_are_real_tables_and_charts_are_drawn_by_the_program() -> None:
    book = opened(invented())
    assert book.sheetnames == SHEETS
    assert all(len(sheet.tables) == 1 for sheet in book)
    assert len(book["趋势"]._charts) == 2 and len(book["各小区对比"]._charts) == 1
    assert opened(invented(scope="XQ003")).sheetnames == [name for name in SHEETS if name != "各小区对比"]
    assert opened(corrected(invented())).sheetnames == ["概览", "更正内容", *SHEETS[1:]]


def test_a_figure_its_communities_do_not_add_up_to_is_refused() -> None:
    edition = invented()
    wrong = tuple(
        replace(each, value=each.value + 1) if each.code == "cases_in.total" and each.value else each
        for each in edition.figures
    )
    with pytest.raises(ValueError, match=r"cases_in\.total is .* communities add up to"):
        report_workbook(replace(edition, figures=wrong), "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_and_telephone_numbers_are_masked_and_formulas_of_others_stay_text(language: str) -> None:
    book = opened(invented(), language, worked_out=False)
    text = all_text(book)
    assert not re.search(r"王小明|李梅|赵敏|欧阳娜|(?<![\d.])1[3-9]\d{9}(?!\d)", text)
    assert "王*" in text and "欧阳*" in text and "138****1234" in text
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=阳台渗水"]
    assert cells and all(cell.data_type == "s" or cell.quotePrefix for cell in cells)


def test_only_the_scopes_communities_stand_in_its_workbook() -> None:
    text = all_text(opened(invented(scope="region:城东"), worked_out=False))
    assert "翠湖花园" in text and "云栖里" in text
    assert not re.search("金桂苑|澄庭雅苑|望江府|城西|XQ00[345]", text)


def test_where_rows_were_left_out_the_sheet_says_how_many_there_are() -> None:
    book = opened(invented())
    assert (
        book["明细-工单"]["A2"].value == "共 1,220 行，此处列前 20 行；其余请在系统中查看（参数 report_detail_rows）。"
    )
    assert opened(invented(is_empty=True))["明细-工单"]["A2"].value == "本期没有此类记录。"
    assert book["明细-欠费"]["A25"].value == "合计（所示行）"
    assert book["明细-欠费"]["F25"].value == pytest.approx(20 * 1234.56 + 5 * 10)


def test_a_correction_and_a_preview_say_so_on_every_sheet() -> None:
    edition = replace(corrected(invented()), is_preview=True)
    book = opened(edition)
    for sheet in book:
        above = f"{sheet['A2'].value}{sheet['A3'].value}"
        assert "更正（第 2 版）" in above and "预览稿" in above, sheet.title
    assert report_workbook(edition, "zh").file_name == "周报-2026-11-20-全公司-第 2 版-预览.xlsx"
    assert [row[0] for row in rows_of(book, "更正内容")] == ["收缴率", "欠费合计", "质检平均分"]


def test_a_file_can_be_saved_anywhere_whatever_its_region_is_called() -> None:
    """Signs no file name may have on Windows, a line break, one that turns the order of writing, and 300 signs."""
    region = 'a/b\\c:d*?<>|"e\nf\u202eg 😀' + "长" * 300
    whole = replace(invented(is_empty=True), communities=(), by_community=(), quotes=Quotes(), details=())
    named = report_file_name(ZH, replace(whole, scope=f"region:{region}"), "xlsx")
    assert named == "周报-2026-11-20-a-b-c-d------e-f-g 😀" + "长" * 40 + ".xlsx"
    assert len(named.encode()) < 255


def test_each_language_is_whole() -> None:
    headings = [
        cell.value for sheet in opened(invented()) for row in sheet.iter_rows(max_row=4) for cell in row if cell.value
    ]
    assert [
        each for each in headings if re.search(r"[A-Za-z]{3,}", str(each)) and "report_detail" not in str(each)
    ] == []
    english = opened(invented(), "en")
    headings = [cell.value for sheet in english for row in sheet.iter_rows(max_row=4) for cell in row if cell.value]
    assert [each for each in [*headings, *english.sheetnames] if re.search("[\u4e00-\u9fff]", str(each))] == []


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert report_workbook(invented(), "zh").content == report_workbook(invented(), "zh").content


def test_a_book_of_tables_refuses_a_row_that_does_not_fit(tmp_path: Path) -> None:
    columns = (BookColumn("甲"), BookColumn("乙", "count"))
    sheet = BookSheet("表", "表", "Some", columns, [["a", Worked("=1+1", Decimal(2))]])
    book = openpyxl.load_workbook(BytesIO(write_book(Book("表", (sheet,), FRIDAY), "zh")), data_only=True)
    assert book["表"]["B5"].value == 2
    with pytest.raises(ValueError, match="表: 1 cells in a row of 2 columns"):
        write_book(Book("表", (replace(sheet, rows=[["a"]]),), FRIDAY), "zh")
