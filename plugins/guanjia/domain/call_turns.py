"""On which day a waiting call's turn comes, by the room there will be: a miss is told before it happens (CB-04).

Worked example: three calls wait, the first due on Monday, the others on Tuesday, and one call can be made a day from
Monday on: their turns come on Monday, Tuesday and Wednesday; the third would miss its window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date

Room = tuple[str, date]
"""A group of agents on a day."""


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call that stands on no list yet.

    Attributes:
        code: callback.
        scope: community, or the word prospects.
        first_day: day from which it may be made.
    """

    code: str
    scope: str
    first_day: date


def reckon_turns(
    calls: Iterable[WaitingCall],
    doors: Mapping[str, Sequence[tuple[date, Sequence[str]]]],
    rooms: MutableMapping[Room, int],
) -> dict[str, date | None]:
    """Reckon when each call's turn comes, what is due first first.

    Args:
        calls: by the end of their windows.
        doors: scope → its calling days to come, ascending, with the groups of agents that call for it on each, in the
            order in which they are asked.
        rooms: calls a group can make on a day; used up.

    Returns:
        Callback → day; None: none of the days has room.
    """
    turns: dict[str, date | None] = {}
    begin: dict[str, int] = {}  # days before are full for the scope
    for call in calls:
        days = doors.get(call.scope, ())
        turns[call.code] = None
        is_all_full = True
        for place in range(begin.get(call.scope, 0), len(days)):
            day, groups = days[place]
            group = next((each for each in groups if rooms.get((each, day), 0) > 0), None)
            if group is None:
                if is_all_full:
                    begin[call.scope] = place + 1
                continue
            is_all_full = False
            if day >= call.first_day:
                rooms[group, day] -= 1
                turns[call.code] = day
                break
    return turns
