"""How a callback can be made on a day by agents of certain hours: in which parts, and how often (CB-11).

Usually one try is reserved, in any part still open to it. On the last day of its window the whole ladder is: as many
tries as are left and fit that day, each in a part of its own, some hours apart. Worked example with 09–12, 14–17, 17–20
and 3 hours: on its last day a callback not tried yet gets 09:00, 14:00 and 17:00; one tried in the morning of the day
before gets 14:00 and 17:00 from somebody who is there till 20:00, and 14:00 from somebody who leaves at 17:00.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo

from guanjia.domain.call_sharing import Way, Ways
from guanjia.domain.day_parts import DayPart, open_parts, part_at, tries_of_day


@dataclass(frozen=True, slots=True)
class DayTerms:
    """When is called on a day.

    Attributes:
        day: the day.
        parts: parts of the day.
        zone: their zone.
        apart: time between two tries at least.
        least: time that must be left of a part to call in it.
    """

    day: date
    parts: tuple[DayPart, ...]
    zone: tzinfo
    apart: timedelta
    least: timedelta


@dataclass(frozen=True, slots=True)
class Turn:
    """What decides how a callback can be made on a day.

    Attributes:
        earliest: aware; not before this.
        used: numbers of the parts tried in this round.
        left: tries left before it is given up, 1 or more.
        is_last_day: its window ends that day, or did before.
        promised_at: instant promised for that day; None: any.
    """

    earliest: datetime
    used: frozenset[int]
    left: int
    is_last_day: bool
    promised_at: datetime | None = None


@dataclass
class DayWays:
    """Ways of all callbacks of a day; callbacks alike share one mapping.

    Attributes:
        terms: when is called.
        masks: hours of the agents there are that day, as masks of parts.
    """

    terms: DayTerms
    masks: Iterable[int]
    _of_turns: dict[Turn, Ways] = field(default_factory=dict)
    _alike: dict[tuple[tuple[int, Way], ...], Ways] = field(default_factory=dict)

    def ways(self, turn: Turn) -> Ways:
        """How a callback can be made by agents of each mask; empty: not that day."""
        known = self._of_turns.get(turn)
        if known is None:
            opens = self.terms.parts[0].opens(self.terms.day, self.terms.zone)
            from_then = replace(turn, earliest=max(turn.earliest, opens))
            found = {mask: way for mask in sorted(set(self.masks)) if (way := way_of(from_then, mask, self.terms))}
            known = self._of_turns[turn] = self._alike.setdefault(tuple(found.items()), found)
        return known


def way_of(turn: Turn, mask: int, terms: DayTerms) -> Way | None:
    """How an agent who is there in the parts of the mask can make a callback; None: not at all.

    Args:
        turn: the callback.
        mask: parts of the day the agent is there for, as a sum of bits.
        terms: when is called.
    """
    there = tuple(part for part in terms.parts if mask & bit_of(part))
    if turn.promised_at is not None:
        return _promised(turn, turn.promised_at, there, terms)
    used = turn.used if len(turn.used) < len(terms.parts) else frozenset()
    allowed = [
        part
        for part in open_parts(used, terms.parts)
        if part in there and _begins(part, turn.earliest, terms) + terms.least <= part.closes(terms.day, terms.zone)
    ]
    if not allowed:
        return None
    ladder = _ladder(turn.earliest, turn.left, allowed, terms) if turn.is_last_day else ()
    if len(ladder) > 1:
        return Way(len(ladder), ladder)
    return Way(1, tuple(part.number for part in allowed))


def promised_part(instant: datetime, at: datetime, terms: DayTerms) -> DayPart | None:
    """The part in which a promise can still be kept on the day.

    Args:
        instant: aware; what was promised.
        at: aware; now.
        terms: when is called.

    Returns:
        The part the instant lies in, unless it is so late that too little of it is left; None: not that day.
    """
    part = part_at(instant, terms.parts, terms.zone)
    if part is None or instant.astimezone(terms.zone).date() != terms.day:
        return None
    is_open = at <= instant or at + terms.least <= part.closes(terms.day, terms.zone)
    return part if is_open else None


def bit_of(part: DayPart) -> int:
    """The bit of a part in masks."""
    return 1 << (part.number - 1)


def _promised(turn: Turn, promised_at: datetime, there: Sequence[DayPart], terms: DayTerms) -> Way | None:
    """The promised time, and on the last day the tries that can follow it."""
    part = part_at(promised_at, there, terms.zone)
    if part is None:
        return None
    if not turn.is_last_day or turn.left < 2:
        return Way(1, (part.number,))
    used = turn.used | {part.number}
    later = [each for each in there if each.number > part.number and _is_open(each, used, terms)]
    follows = _ladder(promised_at + terms.apart, turn.left - 1, later, terms)
    return Way(1 + len(follows), (part.number, *follows))


def _is_open(part: DayPart, used: Collection[int], terms: DayTerms) -> bool:
    return part in open_parts(used if len(used) < len(terms.parts) else (), terms.parts)


def _ladder(earliest: datetime, left: int, parts: Sequence[DayPart], terms: DayTerms) -> tuple[int, ...]:
    tries = tries_of_day(earliest, terms.day, (), left, parts, terms.zone, apart=terms.apart, least=terms.least)
    found = [part_at(instant, parts, terms.zone) for instant in tries]
    return tuple(part.number for part in found if part is not None)


def _begins(part: DayPart, earliest: datetime, terms: DayTerms) -> datetime:
    return max(part.opens(terms.day, terms.zone), earliest)
