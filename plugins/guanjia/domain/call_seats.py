"""A day's calls, the agents there to make them, and who was given which (CB-04, CB-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Why = Literal["promised", "familiar", "even"]


@dataclass(frozen=True, slots=True)
class Way:
    """How an agent with certain hours can make a call today.

    Attributes:
        tries: calls reserved, 1 or more.
        parts: numbers of the parts of the day: of one try those it may fall into, of several one each.
    """

    tries: int
    parts: tuple[int, ...]


Ways = Mapping[int, Way]
"""Mask of an agent's parts of the day → how that agent can make the call; masks that do not fit are missing."""


@dataclass(frozen=True, slots=True)
class Call:
    """A callback to be made today.

    Attributes:
        code: callback.
        ways: how; calls of the same kind share one mapping.
        call_at: instant promised for today; None: any within the parts.
        promiser: agent who promised it.
        familiar: agent the customer knows.
    """

    code: str
    ways: Ways
    call_at: datetime | None = None
    promiser: str | None = None
    familiar: str | None = None


@dataclass(slots=True)
class Desk:
    """An agent today; filled as calls are shared out.

    Attributes:
        staff_code: the agent.
        mask: parts of the day the agent is there for.
        room: tries left of the day's capacity.
        load: callbacks on the agent's list.
        shifts: hours the agent is there, from inclusive, until exclusive.
    """

    staff_code: str
    mask: int
    room: int
    load: int = 0
    shifts: Sequence[tuple[datetime, datetime]] = ()

    def is_there(self, instant: datetime) -> bool:
        """Whether a shift covers the instant."""
        return any(starts <= instant < ends for starts, ends in self.shifts)


@dataclass(frozen=True, slots=True)
class Seat:
    """A call on somebody's list.

    Attributes:
        call: the call.
        staff_code: whose list.
        way: how it is made.
        why: why this agent.
    """

    call: Call
    staff_code: str
    way: Way
    why: Why


def shortened(way: Way, tries: int) -> Way:
    """The way with no more than some tries; a single one may fall into any of its parts."""
    if tries >= way.tries:
        return way
    return Way(tries, way.parts if tries == 1 else way.parts[:tries])
