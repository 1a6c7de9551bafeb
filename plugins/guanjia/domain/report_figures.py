"""A figure of a report as a pair of numbers that add up: what is counted, and over what.

A region's share is the sum of its communities' numerators over the sum of their denominators; nothing else may be
added up. Source: pipelines §7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

Better = Literal["more", "less", "neither"]
"""Which way a figure should move."""

_PLACES: Final = Decimal("0.000000000001")


@dataclass(frozen=True)
class Pair:
    """A figure of one scope and period.

    Attributes:
        numerator: count, amount or weighted sum; None: nothing could be counted.
        denominator: what it is a share or mean of; None: the figure is the numerator itself.
        is_share: the figure is numerator ÷ denominator, also where there is no denominator yet.
    """

    numerator: Decimal | None
    denominator: Decimal | None = None
    is_share: bool = False

    @property
    def value(self) -> Decimal | None:
        """The figure to twelve places; None: n/a, never 0 or 1 for want of anything to count."""
        if self.numerator is None:
            return None
        if not self.is_share:
            return self.numerator
        if not self.denominator:
            return None
        return (self.numerator / self.denominator).quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def total(pairs: Iterable[Pair], *, is_share: bool = False) -> Pair:
    """The pair of a wider scope. Pairs that are not known add nothing; if none is, neither is the sum.

    Args:
        pairs: of its parts, of one figure.
        is_share: whether that figure is a share or mean.
    """
    known = [pair for pair in pairs if pair.numerator is not None]
    if not known:
        return Pair(None, None, is_share)
    numerator = sum((pair.numerator for pair in known if pair.numerator is not None), Decimal(0))
    if not is_share:
        return Pair(numerator)
    return Pair(numerator, sum((pair.denominator or Decimal(0) for pair in known), Decimal(0)), is_share=True)


@dataclass(frozen=True)
class Movement:
    """How a figure stands against the period before and its target.

    Attributes:
        change: value minus previous; None: one of them is n/a.
        change_share: change ÷ previous; None: no previous, or it is 0.
        direction: ``better``, ``worse`` or ``same`` by what the figure should do; ``neither`` where it does not matter.
        meets_target: None: no target, or no value.
    """

    change: Decimal | None
    change_share: Decimal | None
    direction: Literal["better", "worse", "same", "neither"]
    meets_target: bool | None


def movement(value: Decimal | None, previous: Decimal | None, target: Decimal | None, better: Better) -> Movement:
    """Compare a figure with the period before and with its target.

    Args:
        value: of this period; None: n/a.
        previous: of the one before; None: n/a.
        target: what is wanted; at least it where more is better, at most it where less is.
        better: which way the figure should move.
    """
    change = None if value is None or previous is None else value - previous
    share = None if change is None or not previous else change / abs(previous)
    meets = None
    if value is not None and target is not None and better != "neither":
        meets = value >= target if better == "more" else value <= target
    return Movement(change, share, _direction(change, better), meets)


def _direction(change: Decimal | None, better: Better) -> Literal["better", "worse", "same", "neither"]:
    if change is None or better == "neither":
        return "neither"
    if not change:
        return "same"
    return "better" if (change > 0) == (better == "more") else "worse"
