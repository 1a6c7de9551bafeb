"""One cell, one rule: what the contract says of a column decides how its cells are read.

A value is returned as the text the database takes (``280``, ``2026-03-01 08:05``, ``true``), so that a sheet of a
million rows needs no object per cell; the types behind it are those of the sibling modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from guanjia.domain.cells import codes, numbers, times, words
from guanjia.domain.cells.faults import Fault, fault
from guanjia.domain.cells.raw import CellError, Raw, as_found, is_blank
from guanjia.domain.cells.text import has_control, means_empty, trimmed, undefused

LONGEST_TEXT: Final = 32_767
"""What a cell of a workbook can hold; a longer text in a CSV is a quote that was never closed."""

_INTEGERS: Final = (-(2**31), 2**31 - 1)
_WHOLE_DIGITS: Final = 12
"""Digits before the point that a register keeps of a number."""


@dataclass(frozen=True)
class ColumnRule:
    """What the contract says of one column.

    Attributes:
        name: English name.
        kind: how its cells are read (`code`, `text`, `email`, `phone`, `choice`, `boolean`, `integer`, `decimal`,
            `date`, `timestamp`, `clock`, `shift_time`, `code_list`, `scope`, `repetition`, `time_zone`).
        required: a blank cell is a fault.
        spellings: accepted spelling → English word, for choices and lists of words.
        minimum: smallest value allowed, inclusive.
        exclusive_minimum: bound the value must exceed.
        maximum: largest value allowed, inclusive.
        places: decimal places allowed; None: any.
    """

    name: str
    kind: str
    required: bool = False
    spellings: Mapping[str, str] = field(default_factory=dict)
    minimum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: int | None = None


def read_cell(rule: ColumnRule, raw: Raw) -> str | Fault | None:
    """Read one cell.

    Args:
        rule: the column's rule.
        raw: the cell as found.

    Returns:
        The value as the database takes it, None for empty, or what is wrong.
    """
    if is_blank(raw):
        return _MISSING if rule.required else None
    found = _READERS[rule.kind](rule, raw)
    if (
        isinstance(raw, str)
        and means_empty(undefused(raw))
        and (isinstance(found, Fault) or rule.kind not in _WORD_KINDS)
    ):
        return _MISSING if rule.required else None
    return found


_MISSING: Final = Fault("missing_required", "missing")
_WORD_KINDS: Final = frozenset(("boolean", "choice"))
"""Kinds in which 无 may be a word of the column and not the absence of one."""


def _code(_: ColumnRule, raw: Raw) -> str | Fault:
    return codes.code(raw)


def _phone(_: ColumnRule, raw: Raw) -> str | Fault:
    return codes.phone(raw)


def _email(_: ColumnRule, raw: Raw) -> str | Fault:
    return words.email(raw)


def _text(_: ColumnRule, raw: Raw) -> str | Fault:
    if isinstance(raw, CellError):
        return Fault("bad_text", "error_value")
    text = undefused(trimmed(as_found(raw)))
    if has_control(text, lines_allowed=True):
        return Fault("bad_text", "control_character")
    return text if len(text) <= LONGEST_TEXT else fault("bad_text", "too_long", longest=LONGEST_TEXT)


def _choice(rule: ColumnRule, raw: Raw) -> str | Fault:
    return words.choice(raw, rule.spellings)


def _code_list(rule: ColumnRule, raw: Raw) -> str | Fault:
    return words.listed(raw, rule.spellings)


def _boolean(_: ColumnRule, raw: Raw) -> str | Fault:
    found = words.boolean(raw)
    return found if isinstance(found, Fault) else "true" if found else "false"


def _integer(rule: ColumnRule, raw: Raw) -> str | Fault:
    found = numbers.integer(raw)
    if isinstance(found, Fault):
        return found
    outside = _outside(rule, Decimal(found))
    if outside is None and not _INTEGERS[0] <= found <= _INTEGERS[1]:
        outside = fault("out_of_range", "too_large")
    return outside or str(found)


def _decimal(rule: ColumnRule, raw: Raw) -> str | Fault:
    found = numbers.decimal(raw, places=rule.places)
    if isinstance(found, Fault):
        return found
    outside = _outside(rule, found)
    if outside is None and abs(found) >= 10**_WHOLE_DIGITS:
        outside = fault("out_of_range", "too_large")
    return outside or numbers.plain(found)


def _outside(rule: ColumnRule, value: Decimal) -> Fault | None:
    if rule.minimum is not None and value < rule.minimum:
        return fault("out_of_range", "below", bound=rule.minimum)
    if rule.exclusive_minimum is not None and value <= rule.exclusive_minimum:
        return fault("out_of_range", "not_above", bound=rule.exclusive_minimum)
    if rule.maximum is not None and value > rule.maximum:
        return fault("out_of_range", "above", bound=rule.maximum)
    return None


def _date(_: ColumnRule, raw: Raw) -> str | Fault:
    found = times.day(raw)
    return found if isinstance(found, Fault) else found.isoformat()


def _timestamp(_: ColumnRule, raw: Raw) -> str | Fault:
    found = times.instant(raw)
    return found if isinstance(found, Fault) else found.text()


def _clock(_: ColumnRule, raw: Raw) -> str | Fault:
    found = times.clock(raw)
    return found if isinstance(found, Fault) else found.text()


def _shift_time(_: ColumnRule, raw: Raw) -> str | Fault:
    found = times.shift_time(raw)
    return found if isinstance(found, Fault) else found.text()


def _scope(_: ColumnRule, raw: Raw) -> str | Fault:
    return words.scope(raw)


def _repetition(_: ColumnRule, raw: Raw) -> str | Fault:
    return words.repetition(raw)


def _time_zone(_: ColumnRule, raw: Raw) -> str | Fault:
    return words.time_zone(raw)


_READERS: Final = {
    "code": _code,
    "text": _text,
    "email": _email,
    "phone": _phone,
    "choice": _choice,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "timestamp": _timestamp,
    "clock": _clock,
    "shift_time": _shift_time,
    "code_list": _code_list,
    "scope": _scope,
    "repetition": _repetition,
    "time_zone": _time_zone,
}


class CellReader:
    """Reads the cells of one column, every distinct cell once.

    Args:
        rule: the column's rule.
    """

    def __init__(self, rule: ColumnRule) -> None:
        self.rule = rule
        self._known: dict[tuple[type, Raw], str | Fault | None] = {}

    def __call__(self, raw: Raw) -> str | Fault | None:
        """The value of a cell as the database takes it, None for empty, or what is wrong."""
        place = (type(raw), raw)
        try:
            return self._known[place]
        except KeyError:
            found = self._known[place] = read_cell(self.rule, raw)
            return found
