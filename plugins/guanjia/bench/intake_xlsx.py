"""Intake of cases from a workbook, one row in a hundred bad, against reading the workbook and a plain COPY.

Yardstick: python-calamine reads the sheet, its cells go as text by COPY into an unlogged table.
"""

from __future__ import annotations

from psycopg import sql

from guanjia.bench.harness import Place
from guanjia.bench.intake import HEADINGS, all_text_table, forget, rows, take_in
from guanjia.store.engine import driver_connection, transaction


class _IntakeXlsx:
    units = 100_000
    unit = "rows of a workbook"
    target = 3.0

    def prepare(self, place: Place, units: int) -> None:
        import xlsxwriter

        self.rows = units
        self.path = place.folder / "工单_bench.xlsx"
        with xlsxwriter.Workbook(str(self.path), {"constant_memory": True}) as book:
            sheet = book.add_worksheet("工单")
            sheet.write_row(0, 0, HEADINGS)
            for number, row in enumerate(rows(units), start=1):
                for column, value in enumerate(row):
                    if value:
                        sheet.write_string(number, column, value)

    def reset(self, place: Place) -> None:
        with transaction("owner") as tx:
            forget(tx)

    def yardstick(self, place: Place) -> None:
        from python_calamine import CalamineWorkbook

        cells = CalamineWorkbook.from_path(str(self.path)).get_sheet_by_index(0).to_python()
        with transaction("owner") as tx:
            all_text_table(tx)
            connection = driver_connection(tx)
            columns = sql.SQL(", ").join(map(sql.Identifier, HEADINGS))
            with (
                connection.cursor() as cursor,
                cursor.copy(sql.SQL("COPY yardstick ({}) FROM STDIN").format(columns)) as copy,
            ):
                for row in cells[1:]:
                    copy.write_row([str(cell) for cell in row])

    def work(self, place: Place) -> int:
        return take_in(self.path, self.rows)


BENCH = _IntakeXlsx()
