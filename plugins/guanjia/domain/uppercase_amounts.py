"""Amounts in the large characters (大写) that stand beside the figures on Chinese vouchers, against alteration."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

LARGEST: Final = Decimal("9999999999999999.99")
"""The largest amount that can be written: one fen below 万万亿."""

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("仟", "佰", "拾", "")
_GROUPS: Final = ("万亿", "亿", "万", "")


def uppercase_amount(amount: Decimal) -> str:
    """An amount of yuan in large characters, as the central bank's rules for vouchers want it.

    Zeros between digits are one 零, zeros at the end of a group none; 整 closes an amount without fen; a missing jiao
    before fen is 零. Where the rules leave 零 free (yuan end in 0 and jiao follow, a whole group of zeros) it is
    written; before 仟 of the next group it is not.

    Example: 1409.50 is 人民币壹仟肆佰零玖元伍角整, 16409.02 is 人民币壹万陆仟肆佰零玖元零贰分, -100 is
    人民币负壹佰元整, 0 is 人民币零元整.

    Args:
        amount: yuan, at most two places, |amount| up to `LARGEST`.

    Returns:
        The words, with 人民币 before them.

    Raises:
        ValueError: more than two places, not a number, or too large.

    Source:
        People's Bank of China, Rules for Payment and Settlement (支付结算办法), annex 1, articles 2 and 5.
    """
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise ValueError(f"{amount} cannot be written in large characters: expected at most {LARGEST} yuan.")
    in_fen = int(abs(amount) * 100)
    if in_fen != abs(amount) * 100:
        raise ValueError(f"{amount} has parts of a fen; expected at most two decimal places.")
    yuan, fen = divmod(in_fen, 100)
    sign = "负" if amount < 0 else ""
    return f"人民币{sign}{_yuan(yuan)}{_jiao_and_fen(yuan, fen)}"


def _yuan(yuan: int) -> str:
    """Whole yuan: groups of four digits, each with its name; nothing for 0."""
    words = ""
    for place, name in enumerate(_GROUPS):
        group = yuan // 10_000 ** (3 - place) % 10_000
        if not group:
            words += "" if not words or words.endswith("零") else "零"
            continue
        if words and group < 1000 and not words.endswith("零"):
            words += "零"
        words += _group(group) + name
    words = words.removesuffix("零")
    return f"{words}元" if words else ""


def _group(group: int) -> str:
    """Four digits, 1 to 9999; zeros before the first digit and after the last are left to the caller."""
    words = ""
    for digit, place in zip(f"{group:04d}", _PLACES, strict=True):
        if digit != "0":
            words += _DIGITS[int(digit)] + place
        elif words and not words.endswith("零"):
            words += "零"
    return words.removesuffix("零")


def _jiao_and_fen(yuan: int, fen: int) -> str:
    jiao, fen = divmod(fen, 10)
    if not jiao and not fen:
        return "整" if yuan else "零元整"
    needs_zero = yuan and (not jiao or yuan % 10 == 0)
    words = "零" if needs_zero else ""
    words += f"{_DIGITS[jiao]}角" if jiao else ""
    return words + (f"{_DIGITS[fen]}分" if fen else "整")
