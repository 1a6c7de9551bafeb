"""Registers and callbacks as exported, and what can be said of a day from them alone: calling days, people, shifts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property, lru_cache

from tests.support import inspection_recount
from tests.support.inspection_recount import Row, day, month_end, rows_of

LEAST = timedelta(minutes=30)
PARTS = {1: (9, 12), 2: (14, 17), 3: (17, 20)}
OURS = timezone(timedelta(hours=8))
MORNING = time(7)
REGISTERS = (
    *inspection_recount.REGISTERS,
    "customers",
    "occupancies",
    "cases",
    "case_events",
    "paid_services",
    "calls",
    "callback_rules",
    "callback_results",
)
DERIVED = (
    "callbacks",
    "callback_contacts",
    "callback_lists",
    "callback_attempts",
    "callback_cases",
    "callback_warnings",
    "callback_days",
    "dropped_prospects",
)


@lru_cache(maxsize=500_000)
def moment(text: str) -> datetime:
    """An instant of an export, which is in Asia/Shanghai."""
    return datetime.fromisoformat(text)


def at(on: date, hour: int | time = 0) -> datetime:
    """An instant of a day in Asia/Shanghai; hour 24 is the next midnight."""
    clock = hour if isinstance(hour, time) else time(0)
    return datetime.combine(on, clock, OURS) + timedelta(hours=hour if isinstance(hour, int) else 0)


def day_here(instant: datetime) -> date:
    return instant.astimezone(OURS).date()


def part_of(instant: datetime) -> int | None:
    """The part of the day an instant lies in."""
    on = day_here(instant)
    return next((no for no, (opens, closes) in PARTS.items() if at(on, opens) <= instant < at(on, closes)), None)


def quarter_start(month: date) -> date:
    return month.replace(month=month.month - (month.month - 1) % 3, day=1)


def next_month(month: date) -> date:
    return month_end(month) + timedelta(1)


class Registers(inspection_recount.Registers):
    """The registers of a home and what its callbacks came to, read from its exports."""

    __hash__ = object.__hash__

    def __post_init__(self) -> None:
        for name in (*REGISTERS, *DERIVED):
            self.tables[name] = rows_of(self.folder / f"{name}.csv")

    # -- days ---------------------------------------------------------------------------------------------------------

    @lru_cache(maxsize=200_000)  # noqa: B019 (one object a test)
    def is_called(self, community: str, on: date) -> bool:
        """Whether customers of a community are called on a day; prospects keep the office's days."""
        return self.is_working(community, on) if community else self._is_office_day(on)

    def _is_office_day(self, on: date) -> bool:
        weekdays, has_holidays = self._weekdays["office"]
        if ("office", on) in self._overrides:
            return self._overrides["office", on]
        return self._published[on] if has_holidays and on in self._published else on.isoweekday() in weekdays

    def planned_at(self, community: str, fact: datetime) -> datetime:
        """The first morning of a calling day not before a fact."""
        on = day_here(fact)
        while not (self.is_called(community, on) and at(on, MORNING) >= fact):
            on += timedelta(1)
        return at(on, MORNING)

    def window_end(self, community: str, begin: datetime, working_days: int) -> datetime:
        """20:00 of the so-manieth calling day after the day a window opens on."""
        on = day_here(begin)
        while working_days:
            on += timedelta(1)
            working_days -= self.is_called(community, on)
        return at(on, 20)

    # -- people -------------------------------------------------------------------------------------------------------

    @cached_property
    def customers(self) -> dict[str, Row]:
        return {row["customer_code"]: row for row in self.tables["customers"]}

    @cached_property
    def stays(self) -> dict[str, list[tuple[date, date, str]]]:
        """Customer → (first day, last day, community) of units owned or lived in."""
        found: dict[str, list[tuple[date, date, str]]] = defaultdict(list)
        for row in self.tables["occupancies"]:
            first, last = date.fromisoformat(row["start_date"]), day(row["end_date"]) or date.max
            found[row["customer_code"]].append((first, last, row["community_code"]))
        return found

    def is_here(self, customer: str, first: date, last: date) -> bool:
        """Whether a customer has a unit on every day of a time, in communities served all of it."""
        on = first
        stays = sorted(self.stays.get(customer, ()))
        if any(self.live_from.get(community, date.max) > first for _first, _last, community in stays):
            return False
        for begin, end, _community in stays:
            if begin <= on:
                on = max(on, min(end, date.max - timedelta(1)) + timedelta(1))
        return on > last

    def service_since(self, customer: str) -> date | None:
        row = self.customers[customer]
        return day(row["service_start"]) or min((stay[0] for stay in self.stays.get(customer, ())), default=None)

    @cached_property
    def reached(self) -> dict[str, list[tuple[datetime, datetime]]]:
        """Customer → (instant reached by us, instant from which that was known)."""
        found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        whose = {row["callback_code"]: row["customer_code"] for row in self.tables["callbacks"]}
        for row in self.tables["calls"]:
            if row["direction"] == "out" and row["answered"] == "yes" and row["customer_code"]:
                began = moment(row["started_at"])
                found[row["customer_code"]].append((began, at(day_here(began), 24)))
        for row in self.tables["callback_attempts"]:
            if row["outcome"] == "reached" and row["verdict"] in ("counted", "conflicting"):
                found[whose[row["callback_code"]]].append((moment(row["attempted_at"]), moment(row["judged_at"])))
        return found

    # -- agents -------------------------------------------------------------------------------------------------------

    @cached_property
    def capacity(self) -> int:
        """Tries an agent may make a day; the setting of the company."""
        rows = [row for row in self.tables["settings"] if row["setting"] == "callbacks_per_day"]
        return min((int(row["value"]) for row in rows), default=40)

    @cached_property
    def agents(self) -> list[Row]:
        return [row for row in self.tables["staff"] if row["role"] == "agent"]

    @cached_property
    def _worked(self) -> dict[str, list[tuple[datetime, datetime]]]:
        found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        for row in self.tables["roster"]:
            if row["attendance"] not in ("absent", "leave"):
                found[row["staff_code"]].append((moment(row["starts_at"]), moment(row["ends_at"])))
        return found

    @lru_cache(maxsize=100_000)  # noqa: B019 (one object a test)
    def parts_worked(self, staff_code: str, on: date) -> frozenset[int]:
        """Parts of a day of which somebody's shifts cover half an hour at least."""
        found = set()
        for number, (opens, closes) in PARTS.items():
            for starts, ends in self._worked.get(staff_code, ()):
                if min(ends, at(on, closes)) - max(starts, at(on, opens)) >= LEAST:
                    found.add(number)
        return frozenset(found)

    def agents_of(self, community: str, on: date) -> dict[str, frozenset[int]]:
        """A community's own agents at work on a day, with the parts they can call in; '' = those of the company."""
        found = {
            row["staff_code"]: self.parts_worked(row["staff_code"], on)
            for row in self.agents
            if row["community_code"] == community and self.is_employed(row, on)
        }
        return {code: parts for code, parts in found.items() if parts}
