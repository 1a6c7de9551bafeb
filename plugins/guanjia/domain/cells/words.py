"""Words of cells: booleans, choices in Chinese or English, lists of words, e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import available_timezones

from guanjia.domain.cells.codes import code
from guanjia.domain.cells.faults import Fault, fault
from guanjia.domain.cells.raw import CellError, Raw, as_found
from guanjia.domain.cells.text import folded, half_width

_YES: Final = ("是", "y", "yes", "true", "1", "1.0", "√", "✓", "✔", "有")
_NO: Final = ("否", "n", "no", "false", "0", "0.0", "×", "✗", "✘", "无")
_BOOLEANS: Final[Mapping[str, bool]] = {folded(word): True for word in _YES} | {folded(word): False for word in _NO}
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9\-]*[A-Za-z0-9]"
)
_LONGEST_ADDRESS: Final = 254
_LONGEST_DAYS: Final = 9
_SEPARATORS: Final = re.compile(r"[,，、;；]")


def boolean(raw: Raw) -> bool | Fault:
    """Read yes or no: 是/否, Y/N, true/false, 1/0, √/×, 有/无, in any case and width.

    Args:
        raw: the cell, not blank.
    """
    found = None if isinstance(raw, CellError) else _BOOLEANS.get(folded(as_found(raw)))
    return Fault("bad_choice", "not_yes_or_no") if found is None else found


def spoken(choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Every accepted spelling of a column's words → the English word.

    Args:
        choices: English word → Chinese words for it.
    """
    return {folded(word): english for english, chinese in choices.items() for word in (english, *chinese)}


def choice(raw: Raw, spellings: Mapping[str, str]) -> str | Fault:
    """Read one of a column's words, Chinese or English, in any case and width.

    Args:
        raw: the cell, not blank.
        spellings: what `spoken` made of the column's choices.
    """
    found = None if isinstance(raw, CellError) else spellings.get(folded(as_found(raw)))
    return _not_among(spellings) if found is None else found


def listed(raw: Raw, spellings: Mapping[str, str]) -> str | Fault:
    """Read a comma-separated list of a column's words, kept in order: ``派单，到场`` is ``assigned,arrived``.

    Args:
        raw: the cell, not blank.
        spellings: what `spoken` made of the words allowed; empty: any codes.
    """
    if isinstance(raw, CellError):
        return _not_among(spellings)
    words = [half_width(word) for word in _SEPARATORS.split(as_found(raw)) if half_width(word)]
    if spellings:
        known = [spellings.get(folded(word)) for word in words]
        if None in known:
            return _not_among(spellings)
        words = [word for word in known if word is not None]
    return ",".join(dict.fromkeys(words)) if words else _not_among(spellings)


def _not_among(spellings: Mapping[str, str]) -> Fault:
    return fault("bad_choice", "not_among", words=", ".join(dict.fromkeys(spellings.values())))


def email(raw: Raw) -> str | Fault:
    """Read one mail address.

    Args:
        raw: the cell, not blank.
    """
    text = half_width(as_found(raw))
    local = text.partition("@")[0]
    if (
        len(text) > _LONGEST_ADDRESS
        or not _ADDRESS.fullmatch(text)
        or local.startswith(".")
        or local.endswith(".")
        or ".." in local
    ):
        return Fault("bad_format", "not_one_address")
    return text


def scope(raw: Raw) -> str | Fault:
    """Read whom a report is about: a community code, ``region:NAME``, or ``company`` (公司).

    Args:
        raw: the cell, not blank.
    """
    found = code(raw)
    if isinstance(found, Fault):
        return found
    if folded(found) in ("company", "公司"):
        return "company"
    head, colon, name = found.partition(":")
    if colon and folded(head) in ("region", "区域"):
        return f"region:{name.strip()}" if name.strip() else Fault("bad_format", "not_a_scope")
    return found


def repetition(raw: Raw) -> str | Fault:
    """Read how often a rule repeats: a number of days, month (月), quarter (季度) or year (年).

    Args:
        raw: the cell, not blank.
    """
    text = half_width(as_found(raw))
    if text.isdecimal() and len(text) <= _LONGEST_DAYS and int(text) > 0:
        return str(int(text))
    return choice(raw, _REPETITIONS)


REPEATS: Final[Mapping[str, tuple[str, ...]]] = {
    "month": ("月", "每月"),
    "quarter": ("季", "季度", "每季度"),
    "year": ("年", "每年"),
}
_REPETITIONS: Final = spoken(REPEATS)


def time_zone(raw: Raw) -> str | Fault:
    """Read the name of a time zone, such as Asia/Shanghai.

    Args:
        raw: the cell, not blank.
    """
    text = half_width(as_found(raw))
    return text if text in available_timezones() else Fault("bad_choice", "not_a_time_zone")
