"""How the command reads instants and ``key=value`` words, the same in every subcommand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from guanjia.domain.errors import UsageError
from guanjia.settings import TIME_ZONE


def instant(text: str) -> datetime:
    """An instant as people write it: ``2026-11-20T11:30``, ``2026-11-20 11:30``, ``2026-11-20`` (its first moment).

    Args:
        text: ISO 8601; without an offset it is Asia/Shanghai.

    Raises:
        UsageError: it is none of these.
    """
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise UsageError(f"'{text}' is not an instant; write 2026-11-20T11:30.") from None
    return found if found.tzinfo else found.replace(tzinfo=TIME_ZONE)


def now() -> datetime:
    """The wall clock; only commands and schedules ask it, never a pipeline."""
    return datetime.now(TIME_ZONE)


def midnight(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), TIME_ZONE)


def pairs(words: Sequence[str]) -> dict[str, str]:
    """``key=value`` words as a dictionary.

    Raises:
        UsageError: a word has no ``=``, or a key comes twice.
    """
    found: dict[str, str] = {}
    for word in words:
        key, separator, value = word.partition("=")
        if not separator or not key.strip():
            raise UsageError(f"'{word}' is not of the form key=value.")
        if key.strip() in found:
            raise UsageError(f"'{key.strip()}' is given twice.")
        found[key.strip()] = value.strip()
    return found
