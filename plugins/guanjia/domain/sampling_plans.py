"""Acceptance sampling by attributes, single plans, with switching: GB/T 2828.1-2012, which is ISO 2859-1:1999.

The lot is what an agent finished in a month; an item is nonconforming by a critical error or too low a score. The
standard's tables are kept as what they are made of: sample sizes by code letter, and for each limit the letter at which
nothing nonconforming is accepted; from there the numbers climb, letter by letter, in the same steps for every limit.

Worked example: 400 items, level II, limit 4.0 %: letter H, 50 are looked at, up to 5 nonconforming are accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

Inspection = Literal["normal", "tightened", "reduced", "discontinued"]
Level = Literal["I", "II", "III"]

LIMITS: Final = tuple(Decimal(limit) for limit in ("0.65", "1.0", "1.5", "2.5", "4.0", "6.5", "10"))
"""Acceptance quality limits there are plans for, percent."""

LETTERS: Final = "ABCDEFGHJKLMNPQR"

REDUCED_FROM: Final = 30
"""Switching score from which inspection may be reduced."""

_LOT_ENDS: Final = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
_BY_LEVEL: Final = {"I": "AABCCDEFGHJKLMN", "II": "ABCDEFGHJKLMNPQ", "III": "BCDEFGHJKLMNPQR"}
_SIZES: Final = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
_REDUCED_SIZES: Final = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)
_NOTHING: Final = 5
"""Place of the letter (F) at which, inspected normally, the first limit accepts nothing; one less for each next."""

_ABOVE: Final = 1
_BELOW: Final = -1
_Steps = tuple[tuple[int, ...], tuple[int, ...]]
_STEPS: Final[dict[str, _Steps]] = {
    # arrows that follow the letter accepting nothing (-1: use the plan before, 1: the next one), then the numbers
    "normal": ((_BELOW, _ABOVE), (1, 2, 3, 5, 7, 10, 14, 21)),
    "tightened": ((_ABOVE, _ABOVE), (1, 2, 3, 5, 8, 12, 18)),
    "reduced": ((_BELOW, _ABOVE, _ABOVE), (1, 2, 3, 5, 6, 8, 10)),
}
_WINDOW: Final = 5
_REJECTED_TO_TIGHTEN: Final = 2
_ACCEPTED_TO_RELAX: Final = 5
_REJECTED_TO_STOP: Final = 5


@dataclass(frozen=True)
class Plan:
    """A single sampling plan.

    Attributes:
        letter: code letter of the lot.
        final_letter: letter of the plan that holds, where the table's arrow leads elsewhere.
        sample_size: n, items looked at; the whole lot where it is smaller.
        acceptance: Ac, nonconforming items with which the lot is still accepted.
        is_whole_lot: every item is looked at.
    """

    letter: str
    final_letter: str
    sample_size: int
    acceptance: int
    is_whole_lot: bool = False

    @property
    def rejection(self) -> int:
        """Re, nonconforming items from which the lot is not accepted."""
        return self.acceptance + 1


def code_letter(lot_size: int, level: Level = "II") -> str:
    """The code letter of a lot.

    Raises:
        ValueError: there is nothing in the lot.
    """
    if lot_size < 1:
        raise ValueError(f"No code letter for a lot of {lot_size}.")
    place = sum(lot_size > end for end in _LOT_ENDS)
    return _BY_LEVEL[level][place]


def plan_of_letter(letter: str, limit: Decimal, inspection: Inspection) -> Plan:
    """The plan of a code letter, arrows followed.

    Args:
        letter: code letter.
        limit: acceptance quality limit, percent; one of `LIMITS`.
        inspection: normal, tightened or reduced.

    Raises:
        ValueError: there is no such plan.
    """
    if limit not in LIMITS or inspection not in _STEPS:
        raise ValueError(f"No sampling plan for a limit of {limit} % on {inspection} inspection.")
    sizes = _REDUCED_SIZES if inspection == "reduced" else _SIZES
    arrows, numbers = _STEPS[inspection]
    nothing = _NOTHING - LIMITS.index(limit) + (inspection == "tightened")
    place = LETTERS.index(letter) - nothing
    while place < 0 or nothing + place < 0:
        place += 1
    while 0 < place <= len(arrows):
        step = arrows[place - 1]
        place += step if nothing + place + step >= 0 else _ABOVE
    place = min(place, len(arrows) + len(numbers))
    acceptance = numbers[place - len(arrows) - 1] if place > len(arrows) else 0
    at = nothing + place
    return Plan(letter, LETTERS[at], sizes[at], acceptance)


def plan_for(lot_size: int, limit: Decimal, level: Level, inspection: Inspection) -> Plan:
    """The plan of a lot.

    Args:
        lot_size: items in the lot, at least 1.
        limit: acceptance quality limit, percent; one of `LIMITS`.
        level: inspection level.
        inspection: normal, tightened or reduced.

    Returns:
        The plan; where its n is not smaller than the lot, the whole lot is looked at.

    Raises:
        ValueError: the lot is empty, or there is no such plan.
    """
    plan = plan_of_letter(code_letter(lot_size, level), limit, inspection)
    return replace(plan, sample_size=lot_size, is_whole_lot=True) if plan.sample_size >= lot_size else plan


def acceptance_one_tighter(plan: Plan, limit: Decimal) -> int | None:
    """Ac by which the same items would be judged were the limit one step tighter, on normal inspection.

    It is read at the letter of the plan that holds, so that as many items are looked at.

    Returns:
        The number; None: there is no tighter limit or no plan for as many items.
    """
    step = LIMITS.index(limit)
    if step == 0:
        return None
    tighter = plan_of_letter(plan.final_letter, LIMITS[step - 1], "normal")
    return tighter.acceptance if tighter.final_letter == plan.final_letter else None


@dataclass(frozen=True)
class Lot:
    """What came of a lot.

    Attributes:
        nonconforming: items found nonconforming.
        acceptance: Ac of its plan.
        tighter_acceptance: Ac were the limit one step tighter; None: no such plan.
        is_steady: the work was steady (production steady).
        is_approved: whoever is responsible agrees to reduced inspection.
    """

    nonconforming: int
    acceptance: int
    tighter_acceptance: int | None = None
    is_steady: bool = True
    is_approved: bool = True

    @property
    def is_accepted(self) -> bool:
        """Whether the lot is accepted."""
        return self.nonconforming <= self.acceptance


@dataclass(frozen=True)
class Standing:
    """How an agent's next lot is inspected, and what has led there.

    Attributes:
        inspection: normal, tightened, reduced, or discontinued until somebody resumes it.
        score: switching score, counted on normal inspection.
        outcomes: on normal inspection the last lots since it began, at most five; on tightened the accepted ones in a
            row.
        rejected: lots not accepted in total since tightened inspection began.
        because: why it switched with the last lot; empty: it did not.
    """

    inspection: Inspection = "normal"
    score: int = 0
    outcomes: tuple[bool, ...] = ()
    rejected: int = 0
    because: str = ""


def standing_after(standing: Standing, lot: Lot) -> Standing:
    """The standing after one more lot.

    Args:
        standing: before it.
        lot: what came of it.

    Returns:
        Normal → tightened: two of five or fewer lots in a row not accepted. Tightened → normal: five accepted in a row;
        → discontinued: five not accepted in total. Normal → reduced: score 30, steady, approved. Reduced → normal: one
        not accepted, no longer steady or approved.

    Raises:
        ValueError: inspection is discontinued; it has to be resumed first.
    """
    if standing.inspection == "normal":
        return _after_normal(standing, lot)
    if standing.inspection == "tightened":
        return _after_tightened(standing, lot)
    if standing.inspection == "reduced":
        return _after_reduced(standing, lot)
    raise ValueError("Inspection is discontinued; resume it before a further lot.")


def standing_after_all(lots: Iterable[Lot], start: Standing | None = None) -> Standing:
    """The standing after several lots, in order; whoever was discontinued goes on tightened with the next one."""
    standing = start or Standing()
    for lot in lots:
        standing = standing_after(resumed(standing), lot)
    return standing


def resumed(standing: Standing) -> Standing:
    """Inspection taken up again after it was discontinued: tightened, from the beginning. Other standings stay."""
    return Standing("tightened") if standing.inspection == "discontinued" else standing


def score_after(score: int, lot: Lot) -> int:
    """The switching score after a lot on normal inspection.

    Up to Ac 1: two more when accepted. From Ac 2: three more when it would have been accepted one step tighter. Else it
    starts again from nothing.
    """
    if lot.acceptance <= 1:
        return score + 2 if lot.is_accepted else 0
    bound = lot.tighter_acceptance
    return score + 3 if bound is not None and lot.nonconforming <= bound else 0


def _after_normal(standing: Standing, lot: Lot) -> Standing:
    outcomes = (*standing.outcomes, lot.is_accepted)[-_WINDOW:]
    if outcomes.count(False) >= _REJECTED_TO_TIGHTEN:
        return Standing("tightened", because="two_of_five_not_accepted")
    score = score_after(standing.score, lot)
    if score >= REDUCED_FROM and lot.is_steady and lot.is_approved:
        return Standing("reduced", because="score_reached")
    return Standing("normal", score, outcomes)


def _after_tightened(standing: Standing, lot: Lot) -> Standing:
    if lot.is_accepted:
        outcomes = (*standing.outcomes, True)
        if len(outcomes) >= _ACCEPTED_TO_RELAX:
            return Standing("normal", because="five_accepted")
        return replace(standing, outcomes=outcomes, because="")
    rejected = standing.rejected + 1
    if rejected >= _REJECTED_TO_STOP:
        return Standing("discontinued", rejected=rejected, because="five_not_accepted")
    return Standing("tightened", rejected=rejected)


def _after_reduced(standing: Standing, lot: Lot) -> Standing:
    if not lot.is_accepted:
        return Standing("normal", because="not_accepted")
    if not lot.is_steady:
        return Standing("normal", because="not_steady")
    if not lot.is_approved:
        return Standing("normal", because="not_approved")
    return replace(standing, because="")
