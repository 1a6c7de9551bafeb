"""How an office writes a cell: dates in five ways, money with commas, 是 and 否, Excel's idea of a telephone number.

Every way here is one the data contract reads; free text, names and addresses stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from guanjia.sample.draws import Draw, Weighted
from guanjia.sample.model import Cell

if TYPE_CHECKING:
    from sqlalchemy import Column

FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
FULL_WIDTH_SHARE = 0.03
PADDED_SHARE = 0.04
PADDINGS = (" ", "\u3000", "\u00a0")
PHONE_AS_FLOAT_SHARE = 0.2
THOUSAND = 1_000
MONEY_PLACES = 2
YES_NO: Weighted[tuple[str, str]] = Weighted({("是", "否"): 60, ("Y", "N"): 15, ("√", "×"): 15, ("1", "0"): 10})
DATE_STYLES: Weighted[str] = Weighted(
    {
        "{y}/{m}/{d}": 35,
        "{y}-{m:02}-{d:02}": 35,
        "{y}年{m}月{d}日": 18,
        "{y}.{m}.{d}": 8,
        "{y}{m:02}{d:02}": 4,
    }
)
CLOCK_STYLES: Weighted[str] = Weighted(
    {"{y}/{m}/{d} {h}:{n:02}{s}": 40, "{y}-{m:02}-{d:02} {h:02}:{n:02}{s}": 40, "{y}年{m}月{d}日 {h}:{n:02}{s}": 20}
)


class Scribe:
    """Writes the cells of one dataset the way an office does."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self._ways: dict[str, Callable[[str, dict[str, Any]], str]] = {
            "code": self._code,
            "phone": self._phone,
            "choice": self._choice,
            "boolean": self._boolean,
            "decimal": self._decimal,
            "date": self._date,
            "timestamp": self._instant,
            "shift_time": self._instant,
        }

    def cell(self, cell: Cell, column: Column[Any]) -> str:
        """A cell as text."""
        if cell is None or cell == "":
            return ""
        way = self._ways.get(column.info["kind"])
        return str(cell) if way is None else way(str(cell), column.info)

    def _code(self, text: str, info: dict[str, Any]) -> str:
        if self.draw.chance(PADDED_SHARE):
            return text + self.draw.pick(PADDINGS)
        return self._wide(text)

    def _wide(self, text: str) -> str:
        return text.translate(FULL_WIDTH) if self.draw.chance(FULL_WIDTH_SHARE) else text

    def _phone(self, text: str, info: dict[str, Any]) -> str:
        return f"{text}.0" if self.draw.chance(PHONE_AS_FLOAT_SHARE) else text

    def _choice(self, text: str, info: dict[str, Any]) -> str:
        return str(info["choices"][text][0])

    def _boolean(self, text: str, info: dict[str, Any]) -> str:
        yes, no = self.draw.of(YES_NO)
        return yes if text == "true" else no

    def _decimal(self, text: str, info: dict[str, Any]) -> str:
        if info["places"] != MONEY_PLACES:
            return self._wide(text)
        whole, _dot, rest = text.partition(".")
        grouped = f"{int(whole):,}.{rest}" if abs(int(whole)) >= THOUSAND else text
        return f"￥{grouped}" if self.draw.chance(PADDED_SHARE) else self._wide(grouped)

    def _date(self, text: str, info: dict[str, Any]) -> str:
        day = date.fromisoformat(text)
        return self._wide(self.draw.of(DATE_STYLES).format(y=day.year, m=day.month, d=day.day))

    def _instant(self, text: str, info: dict[str, Any]) -> str:
        at = datetime.fromisoformat(text)
        seconds = f":{at.second:02}" if at.second else ""
        style = self.draw.of(CLOCK_STYLES)
        return style.format(y=at.year, m=at.month, d=at.day, h=at.hour, n=at.minute, s=seconds)
