"""Which agent calls whom today: promises kept, the agent the customer knows, and even loads (CB-04, CB-11).

Calls come in the order in which room is given to them. What a customer was promised goes to who promised it; calls that
only some agents' shifts fit go first among those; then whoever the customer knows, as far as that leaves loads even;
then always the agent with the fewest. Loads are callbacks, room is tries: a callback on its last day reserves several.

In the end nobody has two callbacks more than a colleague who could take one as it is, unless a promise or room forbids
it: see `call_levelling`. A ladder of several tries is not cut short for that. Worked example: 11 calls, three agents,
8 of the customers know A and 3 know B: A 4, B 4, C 3.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from guanjia.domain.call_levelling import level_loads
from guanjia.domain.call_seats import Call, Desk, Seat, Way, Ways, Why, shortened

__all__ = ["Call", "Desk", "Seat", "Way", "Ways", "share_calls"]


def share_calls(calls: Sequence[Call], desks: Iterable[Desk]) -> list[Seat]:
    """Share out calls among agents.

    Args:
        calls: in the order in which room is given to them.
        desks: the agents, of two alike the first gets the next call; their room and load are used up.

    Returns:
        A seat per call that found one; the others wait.
    """
    room = _Room(desks)
    wanted = [call for call in calls if room.fits(call)]
    admitted = room.admit(wanted)
    for call in admitted:
        if call.call_at is not None:
            room.place_promised(call)
    batches: dict[tuple[int, int], list[Call]] = {}
    for call in admitted:
        if call.call_at is None:
            batches.setdefault((id(call.ways), room.limits[call.code]), []).append(call)
    waiting = sum(map(len, batches.values()))
    for batch in sorted(batches.values(), key=room.tightness):
        left = room.place_familiar(batch, waiting)
        room.place_even(left)
        waiting -= len(batch)
    room.place_last([call for call in wanted if call.code not in room.placed])
    room.extend(wanted)
    level_loads(room.desks, room.placed)
    room.extend(wanted)
    return list(room.placed.values())


class _Room:
    """The agents, and the calls placed with them so far."""

    def __init__(self, desks: Iterable[Desk]) -> None:
        self.desks = {desk.staff_code: desk for desk in desks if desk.room > 0}
        self.order = {code: place for place, code in enumerate(self.desks)}
        self.masks = {desk.mask for desk in self.desks.values()}
        self.placed: dict[str, Seat] = {}
        self.limits: dict[str, int] = {}
        self._most: dict[int, int] = {}

    def fits(self, call: Call) -> bool:
        return not self.masks.isdisjoint(call.ways)

    def most_tries(self, ways: Ways) -> int:
        """Tries the agent who is there longest could make."""
        key = id(ways)
        if key not in self._most:
            self._most[key] = max(ways[mask].tries for mask in self.masks if mask in ways)
        return self._most[key]

    def wanted_tries(self, call: Call) -> int:
        """Tries there is room for and somebody who can make them."""
        return min(self.most_tries(call.ways), self.limits[call.code])

    def admit(self, calls: Sequence[Call]) -> list[Call]:
        """The calls there is room for, in order: what comes first is not crowded out by what comes later.

        Of those up to the last one that wants several tries, each gets one before any gets a second; what comes after
        them gets what is left when they have all they want.
        """
        left = sum(desk.room for desk in self.desks.values())
        urgent = max((place for place, call in enumerate(calls, 1) if self.most_tries(call.ways) > 1), default=0)
        admitted = list(calls[: min(urgent, left)])
        left -= len(admitted)
        for call in admitted:
            more = min(self.most_tries(call.ways) - 1, left)
            self.limits[call.code] = 1 + more
            left -= more
        rest = list(calls[urgent : urgent + left])
        self.limits |= {call.code: 1 for call in rest}
        return admitted + rest

    def way(self, call: Call, desk: Desk) -> Way | None:
        """How the agent can make the call with the tries there is room for; None: not at all."""
        way = call.ways.get(desk.mask)
        return shortened(way, self.limits.get(call.code, 1)) if way else None

    def tightness(self, batch: Sequence[Call]) -> tuple[int, int]:
        """Calls that few agents can make as often as they should be come first, then those that reserve most tries."""
        ways, most = batch[0].ways, self.wanted_tries(batch[0])
        return sum(desk.mask in ways and ways[desk.mask].tries >= most for desk in self.desks.values()), -most

    def place(self, call: Call, desk: Desk, why: Why, way: Way | None = None) -> None:
        way = way or shortened(call.ways[desk.mask], self.limits.get(call.code, 1))
        desk.room -= way.tries
        desk.load += 1
        self.placed[call.code] = Seat(call, desk.staff_code, way, why)

    def can(self, desk: Desk | None, call: Call) -> bool:
        way = self.way(call, desk) if desk else None
        return (
            desk is not None
            and way is not None
            and way.tries <= desk.room
            and (call.call_at is None or desk.is_there(call.call_at))
        )

    def place_promised(self, call: Call) -> None:
        """To who promised it, else to whom the customer knows, else to the least loaded who is there at that time."""
        whys: tuple[tuple[str | None, Why], ...] = ((call.promiser, "promised"), (call.familiar, "familiar"))
        for code, why in whys:
            desk = self.desks.get(code) if code else None
            if desk is not None and self.can(desk, call):
                self.place(call, desk, why)
                return
        able = [desk for desk in self.desks.values() if self.can(desk, call)]
        if able:
            self.place(call, min(able, key=lambda desk: (desk.load, self.order[desk.staff_code])), "even")

    def place_familiar(self, batch: Sequence[Call], waiting: int) -> list[Call]:
        """To whom the customer knows, as far as all that wait can still be shared evenly; the rest is returned."""
        level, seats_on_top = self._level(waiting)
        most = self.wanted_tries(batch[0])
        left = []
        for call in batch:
            desk = self.desks.get(call.familiar) if call.familiar else None
            if desk is None or not self.can(desk, call) or call.ways[desk.mask].tries < most:
                left.append(call)
                continue
            is_on_top = desk.load == level - 1
            if desk.load >= level or (is_on_top and not seats_on_top):
                left.append(call)
            else:
                seats_on_top -= is_on_top
                self.place(call, desk, "familiar")
        return left

    def place_even(self, batch: Sequence[Call]) -> None:
        """To the least loaded, of those who can make the most tries."""
        if not batch:
            return
        ways, most = batch[0].ways, self.wanted_tries(batch[0])
        heap = [
            (-min(ways[desk.mask].tries, most), desk.load, self.order[desk.staff_code], desk.staff_code)
            for desk in self.desks.values()
            if desk.mask in ways
        ]
        heapq.heapify(heap)
        for call in batch:
            while heap and not self.can(self.desks[heap[0][3]], call):
                heapq.heappop(heap)
            if not heap:
                return
            tries, load, place, code = heap[0]
            self.place(call, self.desks[code], "even")
            heapq.heapreplace(heap, (tries, load + 1, place, code))

    def place_last(self, calls: Sequence[Call]) -> None:
        """What found no room as it should: wherever a try is left, if need be with fewer tries."""
        full: set[int] = set()
        for call in calls:
            if id(call.ways) in full:
                continue
            able = [
                desk
                for desk in self.desks.values()
                if desk.room > 0 and desk.mask in call.ways and (call.call_at is None or desk.is_there(call.call_at))
            ]
            if not able:
                if call.call_at is None:
                    full.add(id(call.ways))
                continue
            desk = min(able, key=lambda each: (each.load, self.order[each.staff_code]))
            self.place(call, desk, "even", shortened(call.ways[desk.mask], 1))

    def extend(self, calls: Sequence[Call]) -> None:
        """Tries left over lengthen what was cut short, in order."""
        for seat in [self.placed[call.code] for call in calls if call.code in self.placed]:
            call = seat.call
            desk = self.desks[seat.staff_code]
            whole = call.ways[desk.mask]
            if desk.room and seat.way.tries < whole.tries:
                longer = shortened(whole, seat.way.tries + desk.room)
                desk.room -= longer.tries - seat.way.tries
                self.placed[call.code] = Seat(call, seat.staff_code, longer, seat.why)

    def _level(self, waiting: int) -> tuple[int, int]:
        """The highest load when that many calls are poured onto the lowest loads, and how many reach it thereby."""
        low, high = 0, max((desk.load + desk.room for desk in self.desks.values()), default=0)
        while low < high:
            middle = (low + high) // 2
            if self._seats(middle) >= waiting:
                high = middle
            else:
                low = middle + 1
        return low, waiting - self._seats(low - 1)

    def _seats(self, level: int) -> int:
        return sum(max(0, min(level, desk.load + desk.room) - desk.load) for desk in self.desks.values())
