"""How instants, days, spans, money and shares are written for people, in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from guanjia.i18n import Translator, gettext_for, normalised

HOUSE_ZONE: Final = ZoneInfo("Asia/Shanghai")
_ZH_WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_EN_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date, language: str) -> str:
    """A day with its weekday: ``2026年11月20日 周五`` or ``Fri 20 Nov 2026``."""
    if normalised(language) == "zh":
        return f"{day.year}年{day.month}月{day.day}日 {_ZH_WEEKDAYS[day.weekday()]}"
    return f"{_EN_WEEKDAYS[day.weekday()]} {day.day} {_EN_MONTHS[day.month - 1]} {day.year}"


def instant_text(instant: datetime, language: str) -> str:
    """An instant by the clock of Asia/Shanghai, to the minute: ``2026年11月20日 周五 10:00``.

    Args:
        instant: aware.
        language: zh or en.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant without a zone cannot be shown: give it one.")
    local = instant.astimezone(HOUSE_ZONE)
    return f"{day_text(local.date(), language)} {local:%H:%M}"


def span_text(span: timedelta, language: str) -> str:
    """A span in its two largest units, rounded down to the minute: ``1 天 3 小时``, ``2 h 5 min``, ``0 分钟``.

    A span of 26 h 40 min is ``1 天 2 小时``; a negative one has a minus before it.
    """
    _ = gettext_for(language)
    sign = "-" if span < timedelta(0) else ""
    minutes = abs(span) // timedelta(minutes=1)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        shown = [_("{n} d", n=days)] + ([_("{n} h", n=hours)] if hours else [])
    elif hours:
        shown = [_("{n} h", n=hours)] + ([_("{n} min", n=rest)] if rest else [])
    else:
        shown = [_("{n} min", n=rest)]
    return sign + " ".join(shown)


def money_text(amount: Decimal) -> str:
    """Yuan with two places and thousands separated: ``¥1,234.50``; rounds half up where more places come in."""
    fen = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) + 0  # a zero has no sign
    return f"-¥{-fen:,.2f}" if fen < 0 else f"¥{fen:,.2f}"


def share_text(share: Decimal | None) -> str:
    """A share between 0 and 1 as per cent with one place: ``95.0 %``; an unknown one is ``n/a``."""
    if share is None:
        return "n/a"
    return f"{(share * 100).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)} %"


def listed(_: Translator, words: Iterable[str]) -> str:
    """Words or numbers one after the other, as each language separates them."""
    return ("、" if _.language == "zh" else ", ").join(words)


def more_text(_: Translator, rows: int, shown: int) -> str:
    """What stands under a table of a mail that shows the first rows only; nothing where it shows all.

    Args:
        _: translator.
        rows: rows there are.
        shown: rows a table shows at most; the attached workbook holds all.
    """
    return _("… and {n} more in the workbook", n=rows - shown) if rows > shown else ""


def filled_in(sentence: str, fields: Mapping[str, Any]) -> str:
    """A sentence with its ``{fields}`` filled in; one that is missing is shown as a dash, so that no page fails."""
    return sentence.format_map(_Dashes(fields))


class _Dashes(dict[str, Any]):
    def __missing__(self, _name: str) -> str:
        return "–"
