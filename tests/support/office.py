"""LibreOffice as a reader of our workbooks has it: it opens spreadsheets, writes into them and saves them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from tests.support.debian import Program

_MACRO: Final = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{lines}
</script:module>
"""
_FILL: Final = """Function Named(title, content)
  Dim found As New com.sun.star.beans.PropertyValue
  found.Name = title
  found.Value = content
  Named = found
End Function
Sub Fill
  Dim book, sheet
  book = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, Array(Named("Hidden", True)))
  sheet = book.Sheets.getByIndex(0)
{cells}
  book.storeToURL("{target}", Array(Named("FilterName", "Calc MS Excel 2007 XML")))
  book.close(True)
End Sub"""

Cell = tuple[int, int]
"""Row and column, as a spreadsheet counts, from 1."""


@dataclass(frozen=True)
class Office:
    """LibreOffice, and a folder for its profile and what it saves."""

    program: Program
    folder: Path

    def saved(self, kind: str, paths: Sequence[Path]) -> list[Path]:
        """The files as they are after the program opened and saved them as a kind."""
        target = self.folder / f"saved-{kind}-{paths[0].stem}"
        self._run("--convert-to", kind, "--outdir", target, *paths)
        return [target / f"{path.stem}.{kind}" for path in paths]

    def filled(self, path: Path, cells: Mapping[Cell, object], name: str) -> Path:
        """A copy of an .xlsx into whose first sheet the program itself wrote; it must have saved something before."""
        library = self.folder / "profile" / "user" / "basic" / "Standard"
        assert (library / "Module1.xba").exists(), "the program makes its library when it first runs"
        target = self.folder / name
        written = "\n".join(_lines(cells))
        macro = _FILL.format(source=path.as_uri(), target=target.as_uri(), cells=written)
        (library / "Module1.xba").write_text(_MACRO.format(lines=escape(macro)), encoding="utf-8")
        self._run("macro:///Standard.Module1.Fill")
        assert target.exists()
        return target

    def _run(self, *what: str | Path) -> None:
        where = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        command = [str(self.program.path), where, "--headless", *map(str, what)]
        subprocess.run(command, env=self.program.environ(), check=True, capture_output=True, timeout=180)


def _lines(cells: Mapping[Cell, object]) -> Iterable[str]:
    """A line of the macro for each cell, as somebody would type it in."""
    for (row, column), value in cells.items():
        cell = f"  sheet.getCellByPosition({column - 1}, {row - 1})"
        if isinstance(value, int | float):
            yield f"{cell}.Value = {value}"
        elif isinstance(value, datetime):
            yield f'{cell}.Formula = "{value:%Y-%m-%d %H:%M}"'
        else:
            text = str(value).replace('"', '""').replace("\n", '" & Chr(10) & "')
            yield f'{cell}.String = "{text}"'
