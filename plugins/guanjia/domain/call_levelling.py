"""Loads made as even as hours and room allow, once every call has its seat (CB-04).

Calls are given out kind by kind, and what comes later may fit fewer agents: their loads then rise above what was level.
So calls go on from whoever has most to whoever has at least two fewer, if need be by way of others: A gives B one that
fits B, and B gives C one that fits C. No call loses a try by that, none goes where it does not fit, promised ones stay,
and what lies with the agent the customer knows moves last.

Worked example: A is there in the morning, B all day, C in the evening. A has 4, each for the morning only; B has 3, two
of them for the evening only; C has 2. A gives B one for the morning, B gives C one for the evening: 3, 3, 3.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping

from guanjia.domain.call_seats import Call, Desk, Seat, shortened

_Kind = tuple[int, int]
"""Calls that can be made in the same ways, with as many tries reserved."""


def level_loads(desks: Mapping[str, Desk], seats: dict[str, Seat]) -> None:
    """Move calls until nobody has two more than somebody whom calls could be passed on to.

    Args:
        desks: the agents by code, with room and load as the seats left them; both are changed.
        seats: who makes which call, by callback; changed. Load that is in none of them stays.
    """
    levelling = _Levelling(desks, seats)
    rising = set(desks)
    while rising:
        top = max(rising, key=lambda code: (desks[code].load, code))
        if desks[top].load - min(desks[code].load for code in rising) < 2:
            return
        came_from = levelling.reach(top, rising)
        lowest = min(came_from, key=lambda code: desks[code].load)
        if desks[top].load - desks[lowest].load < 2:
            rising -= came_from.keys()  # neither they nor whoever they can pass on to can be relieved
        else:
            levelling.pass_on(lowest, came_from)


class _Levelling:
    def __init__(self, desks: Mapping[str, Desk], seats: dict[str, Seat]) -> None:
        self.desks = desks
        self.seats = seats
        self.of_mask: dict[int, list[str]] = defaultdict(list)
        for code, desk in desks.items():
            self.of_mask[desk.mask].append(code)
        self.held: dict[str, dict[_Kind, list[Call]]] = defaultdict(lambda: defaultdict(list))
        for seat in seats.values():
            if seat.call.call_at is None:
                self.held[seat.staff_code][id(seat.call.ways), seat.way.tries].append(seat.call)

    def reach(self, start: str, among: set[str]) -> dict[str, str | None]:
        """Whom calls can be passed on to from somebody, with whom they come from; those with fewest steps first."""
        came_from: dict[str, str | None] = {start: None}
        queue = deque([start])
        while queue:
            code = queue.popleft()
            for mask, tries in self._leads_to(code).items():
                for other in self.of_mask.get(mask, ()):
                    if other in among and other not in came_from and self.desks[other].room >= tries:
                        came_from[other] = code
                        queue.append(other)
        return came_from

    def _leads_to(self, code: str) -> dict[int, int]:
        """Hours that some call of an agent fits without losing a try → the fewest tries such a call has."""
        found: dict[int, int] = {}
        for (_ways, tries), calls in self.held[code].items():
            if calls:
                for mask, way in calls[0].ways.items():
                    if way.tries >= tries:
                        found[mask] = min(tries, found.get(mask, tries))
        return found

    def pass_on(self, end: str, came_from: Mapping[str, str | None]) -> None:
        """One call each from everybody on the way to the end, the last step first, so that room is there."""
        taker = end
        while (giver := came_from[taker]) is not None:
            self._give(giver, taker)
            taker = giver

    def _give(self, giver: str, taker: str) -> None:
        source, target = self.desks[giver], self.desks[taker]
        fitting = [
            (call.familiar == giver, call.familiar != taker, -place, kind, place)
            for kind, calls in self.held[giver].items()
            for place, call in enumerate(calls)
            if kind[1] <= target.room and target.mask in call.ways and call.ways[target.mask].tries >= kind[1]
        ]
        *_preference, kind, place = min(fitting)
        call = self.held[giver][kind].pop(place)
        self.held[taker][kind].append(call)
        way = shortened(call.ways[target.mask], kind[1])
        self.seats[call.code] = Seat(call, taker, way, "familiar" if call.familiar == taker else "even")
        source.load, source.room = source.load - 1, source.room + way.tries
        target.load, target.room = target.load + 1, target.room - way.tries
