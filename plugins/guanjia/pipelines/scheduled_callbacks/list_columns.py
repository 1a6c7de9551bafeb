"""Columns that the workbooks of callbacks share: headings of the contract, what is shown, and the seal over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from guanjia.domain.seals import seal
from guanjia.gateways.spreadsheets.worklist import FormColumn, Value, text_width
from guanjia.i18n import Translator
from guanjia.store.tables.service import callback_results

OUTCOMES: Final = tuple(callback_results.c.outcome.info["choices"])
SCORES: Final = ("5", "4", "3", "2", "1")
SEAL: Final = "seal"
SHOWN: Final = tuple(name for name in callback_results.info["informative"] if name != SEAL)
"""What a list shows of a callback, in the order in which its seal covers it."""


def sheet_name(_: Translator) -> str:
    """The sheet's name, by which intake knows what it holds."""
    return str(callback_results.info["zh"]) if _.language == "zh" else callback_results.name


def asked_heading(_: Translator, name: str) -> str:
    """A heading of the contract; the English name spelt for people, which intake reads as well."""
    return str(callback_results.c[name].info["zh"][0]) if _.language == "zh" else spelt(name)


def shown_heading(_: Translator, name: str) -> str:
    """The heading of something shown, which intake knows as our own."""
    return str(callback_results.info["informative"][name]) if _.language == "zh" else spelt(name)


def spelt(name: str) -> str:
    """A name as people read it."""
    return name.replace("_", " ").capitalize()


def shown_column(
    _: Translator, name: str, values: Sequence[Value], least: int, most: int, *, is_marked: bool = False
) -> FormColumn:
    """A column of something known, as wide as its values and heading need, within bounds.

    Args:
        _: language.
        name: informative name of the contract.
        values: what stands in it.
        least: width at least, in halves of a Chinese character.
        most: width at most; longer values wrap.
        is_marked: to be noticed.
    """
    heading = shown_heading(_, name)
    width = fitting(heading, values, least, most)
    if name == "number":
        return FormColumn(heading, width, cell="count")
    return FormColumn(heading, width, "marked" if is_marked else "shown")


def kept_columns(
    _: Translator, codes: Sequence[str], staff_codes: Sequence[str], shown: Mapping[str, Sequence[Value]]
) -> list[tuple[FormColumn, list[Value]]]:
    """The columns that must come back unchanged: callback, agent, and the seal over the row, which is hidden.

    Args:
        _: language.
        codes: callback of each row.
        staff_codes: agent of each row.
        shown: informative name → what stands in each row; what is not shown counts as empty.
    """
    seals = [
        seal(code, [_text(shown[name][row]) if name in shown else "" for name in SHOWN])
        for row, code in enumerate(codes)
    ]
    callback, staff = (asked_heading(_, name) for name in ("callback_code", "staff_code"))
    return [
        (FormColumn(callback, fitting(callback, codes, 8, 26), "kept"), list(codes)),
        (FormColumn(staff, fitting(staff, staff_codes, 8, 16), "kept"), list(staff_codes)),
        (FormColumn(shown_heading(_, SEAL), 18, "kept", is_hidden=True), list(seals)),
    ]


def fitting(heading: str, values: Sequence[Value], least: int, most: int) -> int:
    """A width that holds every value on one line, up to the most, and the longest word of the heading."""
    longest = max((text_width(str(value)) for value in values if value is not None), default=0)
    return max(least, *(text_width(word) + 2 for word in heading.split()), min(most, longest + 2))


def _text(value: Value) -> str:
    """A value as intake finds it in the cell."""
    return "" if value is None else str(value)
