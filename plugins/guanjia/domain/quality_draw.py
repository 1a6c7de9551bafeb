"""Which items are drawn: the same from the same frame and seeds, in any order, on any machine, by exact probabilities.

At random: from each stratum the items with the smallest hashes under the draw's random seed. By risk: from each class
of equal risk those with the smallest hashes under another seed. Both are simple random samples without replacement, and
the hashes of different seeds know nothing of each other; so an item of a stratum with n of N and a class with k of M is
in the sample with the probability 1 - (1 - n/N) × (1 - k/M), exactly.

The pipeline draws in the database; this draws again, item by item, to prove it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import groupby
from operator import xor
from typing import Final, Literal

from guanjia.domain.keyed_hash import keyed_hash
from guanjia.domain.quality_allocation import Allocation, RiskClass, Stratum, StratumShare, frame_digest

Reason = Literal["random", "minimum", "risk"]

FLAGS: Final = ("complaint", "dissatisfied", "reopened", "new_agent")
"""What makes an item risky, in the order in which class names hold it."""


@dataclass(frozen=True)
class Item:
    """A call or closed case that can be drawn.

    Attributes:
        kind: call or case.
        code: its code.
        staff_code: agent.
        channel: channel.
        risk_class: class of equal risk; empty: no risk.
    """

    kind: str
    code: str
    staff_code: str
    channel: str
    risk_class: str = ""


@dataclass(frozen=True)
class Drawn:
    """An item of the sample.

    Attributes:
        item: the item.
        stratum: stratum it was drawn in.
        reason: why it is in; of several reasons the first of random, minimum, risk.
        is_risk: drawn by risk, perhaps at random too.
        probability: of being in the sample at all.
        random_probability: of being in its random part.
        risk_probability: of being in its risk part.
    """

    item: Item
    stratum: str
    reason: Reason
    is_risk: bool
    probability: Fraction
    random_probability: Fraction
    risk_probability: Fraction

    @property
    def is_random(self) -> bool:
        """In the random part."""
        return self.reason != "risk"


def class_name(kind: str, flags: Iterable[str]) -> str:
    """The class of an item's flags, such as ``case:complaint+reopened``; empty: none of them."""
    found = [flag for flag in FLAGS if flag in set(flags)]
    return f"{kind}:{'+'.join(found)}" if found else ""


def strata_of(items: Iterable[Item]) -> list[Stratum]:
    """The strata of a frame with their sizes, sorted."""
    counts: dict[tuple[str, str, str], int] = {}
    for item in items:
        key = (item.kind, item.staff_code, item.channel)
        counts[key] = counts.get(key, 0) + 1
    return [Stratum(*key, population) for key, population in sorted(counts.items())]


def classes_of(items: Iterable[Item], weights: Mapping[str, Fraction]) -> list[RiskClass]:
    """The risk classes of a frame with their sizes, sorted.

    Args:
        items: items of the frame.
        weights: name of the class → weight; classes without weight are left out.
    """
    counts: dict[str, int] = {}
    for item in items:
        counts[item.risk_class] = counts.get(item.risk_class, 0) + 1
    return [
        RiskClass(name, weights[name], population)
        for name, population in sorted(counts.items())
        if weights.get(name, 0) > 0
    ]


def digest_of(items: Iterable[Item], *, random_seed: int) -> str:
    """The digest of a frame under its draw's random seed."""
    by_part: dict[str, list[int]] = {}
    for item in items:
        stratum = f"{item.kind}:{item.staff_code}:{item.channel}"
        lot = keyed_hash(item.code, random_seed)
        by_part.setdefault(stratum, []).append(lot)
        if item.risk_class:
            by_part.setdefault(f"risk:{item.risk_class}", []).append(lot)
    return frame_digest((name, len(hashes), reduce(xor, hashes)) for name, hashes in by_part.items())


def draw_items(
    items: Iterable[Item],
    allocation: Allocation,
    *,
    random_seed: int,
    risk_seed: int,
) -> list[Drawn]:
    """Draw a sample.

    Args:
        items: items of the frame, in any order.
        allocation: how many from where, made from the same frame.
        random_seed: seed of the random part.
        risk_seed: seed of the risk part.

    Returns:
        The sample, ordered by kind and code.
    """
    frame = sorted(items, key=lambda item: (item.kind, item.code))
    share_of = {
        (each.kind, each.staff_code, each.channel): share for share in allocation.strata for each in share.members
    }
    in_share = {item: share_of[item.kind, item.staff_code, item.channel] for item in frame}
    reasons = _at_random(frame, in_share, random_seed)
    sizes, risky = _by_risk(frame, allocation.risk, risk_seed)
    found = []
    for item in frame:
        if item not in reasons and item not in risky:
            continue
        share = in_share[item]
        at_random = Fraction(share.items, share.population)
        by_risk = Fraction(allocation.risk.get(item.risk_class, 0), sizes.get(item.risk_class, 1))
        found.append(
            Drawn(
                item=item,
                stratum=share.name,
                reason=reasons.get(item, "risk"),
                is_risk=item in risky,
                probability=1 - (1 - at_random) * (1 - by_risk),
                random_probability=at_random,
                risk_probability=by_risk,
            )
        )
    return found


def _at_random(frame: list[Item], in_share: Mapping[Item, StratumShare], seed: int) -> dict[Item, Reason]:
    """Items of the random part: those with the smallest hashes of each stratum, the first of them `random`."""
    lots = sorted(
        (((in_share[item].name, keyed_hash(item.code, seed), item.code), item) for item in frame),
        key=lambda lot: lot[0],
    )
    found: dict[Item, Reason] = {}
    for _name, of_share in groupby(lots, key=lambda lot: lot[0][0]):
        for place, (_lot, item) in enumerate(of_share):
            share = in_share[item]
            if place < share.items:
                found[item] = "random" if place < share.random_items else "minimum"
    return found


def _by_risk(frame: list[Item], wanted: Mapping[str, int], seed: int) -> tuple[dict[str, int], set[Item]]:
    """Sizes of the risk classes, and the items drawn by risk: those with the smallest hashes of each class."""
    classes: dict[str, list[tuple[int, str, Item]]] = {}
    for item in frame:
        if item.risk_class in wanted:
            classes.setdefault(item.risk_class, []).append((keyed_hash(item.code, seed), item.code, item))
    sizes = {name: len(of_class) for name, of_class in classes.items()}
    risky = {
        item
        for name, of_class in classes.items()
        for _lot, _code, item in sorted(of_class, key=lambda lot: lot[:2])[: wanted[name]]
    }
    return sizes, risky
