"""Who is vacant, what has to be inspected when and by whom, counted anew from exported CSV files.

Nothing of Guanjia is used here but the files: the registers as loaded and the results as exported. Plain loops over
days, so that it can be read against the rulebook.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from pathlib import Path

Row = dict[str, str]
UnitKey = tuple[str, str]

METERED_USES = ("residential", "shop", "office")
JOIN_BY_DAY = 20
CAPACITY = 40
MINIMUM_MONTHS = 3
FIRST_FIT_OUT_MONTHS = 24
"""A flat called fitted out whose first stage begins later than this after handover is being refurbished."""
BACKDATED_DAYS = 60
FIRST_FIT_OUT_MONTHS = 24
VISIT_EVERY_DAYS = {"utilities": 1, "tiling": 1, "flooring": 1, "carpentry": 3, "painting": 3, "installation": 0}
HOLIDAYS = Path(__file__).resolve().parents[2] / "plugins/guanjia/defaults/published_holidays.csv"
REGISTERS = (
    "communities",
    "units",
    "fit_outs",
    "vacancy_applications",
    "staff",
    "roster",
    "calendars",
    "calendar_days",
    "settings",
)
PLANNED = ("inspections", "inspection_lists", "vacancies", "inspection_remarks")


def rows_of(path: Path) -> list[Row]:
    """The rows of an exported CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    """A date of an export; None for an empty cell."""
    return date.fromisoformat(text[:10]) if text else None


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(number)


def month_end(any_day: date) -> date:
    """The last day of a day's month."""
    return (any_day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def months_later(start: date, months: int) -> date:
    """The same day so many months later, else the month's last day."""
    month = start.month - 1 + months
    first = date(start.year + month // 12, month % 12 + 1, 1)
    return first.replace(day=min(start.day, month_end(first).day))


@dataclass(frozen=True)
class Span:
    """Days on which a unit is vacant, and from when that is known."""

    reason: str
    start: date
    end: date
    known: date


def _is_first_work(unit: Row, handover: date, work: date | None) -> bool:
    """Whether works are the fit-out after the handover; on a finished unit, years later, they are a refurbishment."""
    return work is not None and (unit["fit_out"] != "done" or work <= months_later(handover, FIRST_FIT_OUT_MONTHS))


@dataclass
class Registers:
    """The registers of a home, read from its exports."""

    folder: Path
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in REGISTERS:
            self.tables[name] = rows_of(self.folder / f"{name}.csv")

    @cached_property
    def live_from(self) -> dict[str, date]:
        """Community → first day served."""
        rows = [row for row in self.tables["settings"] if row["setting"] == "live_from"]
        found = {}
        for community in self.tables["communities"]:
            code = community["community_code"]
            for row in rows:
                if row["community_code"] in (code, "") and (live := day(row["value"])):
                    found[code] = live
                    if row["community_code"] == code:
                        break
        return found

    @cached_property
    def units(self) -> dict[UnitKey, Row]:
        return {(row["community_code"], row["unit_code"]): row for row in self.tables["units"]}

    @cached_property
    def basements(self) -> set[UnitKey]:
        return {key for key, row in self.units.items() if row["unit_use"] == "basement" and key[0] in self.live_from}

    # -- working days -------------------------------------------------------------------------------------------------

    @cached_property
    def _published(self) -> dict[date, bool]:
        return {date.fromisoformat(row["day"]): row["is_working"] == "yes" for row in rows_of(HOLIDAYS)}

    @cached_property
    def _weekdays(self) -> dict[str, tuple[set[int], bool]]:
        found: dict[str, tuple[set[int], bool]] = {}
        for row in self.tables["calendars"]:
            weekdays, _ = found.get(row["calendar_code"], (set(), False))
            found[row["calendar_code"]] = (weekdays | {int(row["weekday"])}, row["holidays"] == "cn")
        return found

    @cached_property
    def _overrides(self) -> dict[tuple[str, date], bool]:
        return {
            (row["calendar_code"], date.fromisoformat(row["day"])): row["is_working"] == "yes"
            for row in self.tables["calendar_days"]
        }

    @cached_property
    def _calendar_of(self) -> dict[str, str]:
        known = self._weekdays
        return {
            row["community_code"]: row["working_calendar"] if row["working_calendar"] in known else "office"
            for row in self.tables["communities"]
        }

    def is_working(self, community: str, on: date) -> bool:
        """Whether a community's calendar works on a day."""
        calendar = self._calendar_of[community]
        if (calendar, on) in self._overrides:
            return self._overrides[calendar, on]
        weekdays, has_holidays = self._weekdays[calendar]
        if has_holidays and on in self._published:
            return self._published[on]
        return on.isoweekday() in weekdays

    # -- inspectors ---------------------------------------------------------------------------------------------------

    @cached_property
    def inspectors(self) -> list[Row]:
        return [row for row in self.tables["staff"] if row["role"] == "inspector"]

    @cached_property
    def _shifts(self) -> dict[str, set[date]]:
        found: dict[str, set[date]] = defaultdict(set)
        for row in self.tables["roster"]:
            if row["attendance"] not in ("absent", "leave"):
                found[row["staff_code"]].add(date.fromisoformat(row["shift_date"]))
        return found

    @cached_property
    def _rostered_months(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.tables["roster"]:
            found[row["staff_code"]].add(row["shift_date"][:7])
        return found

    def is_employed(self, person: Row, on: date) -> bool:
        hired, left = day(person["hired_on"]), day(person["left_on"])
        return (hired is None or hired <= on) and (left is None or on <= left)

    def slots(self, community: str, first: date, last: date) -> list[tuple[str, date]]:
        """(inspector, working day) on which a community's own inspectors can walk."""
        own = [person for person in self.inspectors if person["community_code"] == community]
        month = f"{first:%Y-%m}"
        has_roster = any(month in self._rostered_months[person["staff_code"]] for person in own)
        return [
            (person["staff_code"], on)
            for person in own
            for on in days(first, last)
            if self.is_working(community, on)
            and self.is_employed(person, on)
            and (not has_roster or on in self._shifts[person["staff_code"]])
        ]

    # -- who is vacant ------------------------------------------------------------------------------------------------

    @cached_property
    def accepted(self) -> dict[str, tuple[Row, date, date]]:
        """Accepted registrations: code → (row, first day that counts, last day)."""
        by_unit: dict[UnitKey, list[Row]] = defaultdict(list)
        for row in self.tables["vacancy_applications"]:
            if row["community_code"] in self.live_from:
                by_unit[row["community_code"], row["unit_code"]].append(row)
        found = {}
        for rows in by_unit.values():
            taken: list[tuple[date, date]] = []
            for row in sorted(rows, key=lambda row: (row["applied_on"], row["application_code"])):
                start, end = date.fromisoformat(row["start_date"]), date.fromisoformat(row["end_date"])
                held_to = min(end, day(row["ended_on"]) or end)
                if (
                    row["identity_checked"] != "yes"
                    or not row["water_reading"]
                    or not row["electricity_reading"]
                    or not end + timedelta(1) > months_later(start, MINIMUM_MONTHS)
                    or any(start <= other_end and other_start <= held_to for other_start, other_end in taken)
                ):
                    continue
                taken.append((start, held_to))
                first = max(start, date.fromisoformat(row["applied_on"]) - timedelta(BACKDATED_DAYS))
                found[row["application_code"]] = (row, first, held_to)
        return found

    @cached_property
    def _first_work(self) -> dict[UnitKey, date]:
        found: dict[UnitKey, date] = {}
        for row in self.tables["fit_outs"]:
            key, start = (row["community_code"], row["unit_code"]), date.fromisoformat(row["start_date"])
            found[key] = min(start, found.get(key, start))
        return found

    @cached_property
    def spans(self) -> dict[UnitKey, list[Span]]:
        """Unit → spans of vacancy within the time its community is served; they may overlap."""
        found: dict[UnitKey, list[Span]] = defaultdict(list)
        for key, row in self.units.items():
            live = self.live_from.get(key[0])
            if live is None or row["unit_use"] not in METERED_USES:
                continue
            handover, work = day(row["handover_date"]), self._first_work.get(key)
            if handover and work and row["fit_out"] == "done" and work > months_later(handover, FIRST_FIT_OUT_MONTHS):
                work = None
            if handover is None or handover > live:
                end = date.max if handover is None else handover - timedelta(1)
                found[key].append(Span("unsold", live, end, live))
            if handover is not None and (row["fit_out"] == "none" or _is_first_work(row, handover, work)):
                end = date.max if work is None else work - timedelta(1)
                start = max(handover, live)
                if start <= end:
                    found[key].append(Span("not_fitted_out", start, end, start))
        for row, first, last in self.accepted.values():
            if first <= last:
                known = max(first, date.fromisoformat(row["applied_on"]))
                found[row["community_code"], row["unit_code"]].append(Span("registered", first, last, known))
        return found

    def is_vacant(self, key: UnitKey, on: date) -> bool:
        """Whether a unit is vacant on a day, as known on it."""
        return any(span.known <= on and span.start <= on <= span.end for span in self.spans.get(key, ()))

    # -- what has to be done ------------------------------------------------------------------------------------------

    def due_in_month(self, first: date, last: date) -> tuple[set[UnitKey], set[UnitKey]]:
        """What must be planned in a month: vacant units and basements.

        Args:
            first: its first day.
            last: the day planned to, in that month.
        """
        vacant, basements = set(), set()
        for community, live in self.live_from.items():
            begin = max(first, live)
            if begin > last:
                continue
            basements |= {key for key in self.basements if key[0] == community}
            join_end = min(last, max(begin, first.replace(day=JOIN_BY_DAY)))
            for key, spans in self.spans.items():
                if key[0] == community and any(
                    max(span.known, span.start, begin) <= min(span.end, join_end) for span in spans
                ):
                    vacant.add(key)
        return vacant, basements

    def fit_out_visits(self, last: date) -> set[tuple[str, str, date]]:
        """(community, unit, day) of every fit-out visit from going live up to a day."""
        found = set()
        for row in self.tables["fit_outs"]:
            community = row["community_code"]
            live, start = self.live_from.get(community), date.fromisoformat(row["start_date"])
            if live is None or start > last:
                continue
            every = VISIT_EVERY_DAYS[row["stage"]]
            end = min(day(row["end_date"]) or last, last)
            for number, on in enumerate(days(start, end)):
                if number and (not every or number % every):
                    continue
                if on < live:
                    continue
                while not self.is_working(community, on):
                    on += timedelta(1)
                if on <= last:
                    found.add((community, row["unit_code"], on))
        return found


@dataclass
class Month:
    """What a month's plan holds, counted from the exports."""

    month: str
    vacant: int
    basements: int
    planned: int
    states: Counter[str]
    faults: list[str]
    inspectors: int = 0
    slots: int = 0
    load: tuple[int, int] = (0, 0)
    """Least and most inspections of a slot, over all communities, when the month was planned."""
    widest: int = 0
    """Largest difference between two slots of one community, when the month was planned."""
    busiest: int = 0
    """Most inspections of one inspector and day in the end."""

    @property
    def to_visit(self) -> int:
        """Planned and not cancelled because the vacancy ended."""
        return self.planned - self.states["cancelled"]

    @property
    def visited(self) -> int:
        return self.states["done"] + self.states["not_entered"]


def recount_month(registers: Registers, inspections: list[Row], first: date, last: date) -> Month:
    """Holds a month's plan against the registers.

    Args:
        registers: the registers.
        inspections: the export of inspections as it stands.
        first: the month's first day.
        last: the day everything is planned to, in that month.
    """
    month = f"{first:%Y-%m}"
    vacant, basements = registers.due_in_month(first, last)
    rows = [row for row in inspections if row["period"] == month and row["plan"] in ("monthly", "basement")]
    planned = Counter((row["community_code"], row["unit_code"]) for row in rows)
    faults = [f"{key} planned {number} times" for key, number in planned.items() if number > 1]
    faults += [f"{key} vacant and not planned" for key in sorted((vacant | basements) - set(planned))]
    faults += [f"{key} planned and not vacant" for key in sorted(set(planned) - vacant - basements)]
    load: Counter[tuple[str, date]] = Counter()
    for row in rows:
        key, due = (row["community_code"], row["unit_code"]), date.fromisoformat(row["due_on"])
        if row["plan"] != ("basement" if key in registers.basements else "monthly"):
            faults.append(f"{key} has the plan {row['plan']}")
        if f"{due:%Y-%m}" != month:
            faults.append(f"{row['inspection_code']} is due on {due}, in another month")
        if row["state"] == "cancelled":
            if not any(not registers.is_vacant(key, on) for on in days(first, last)):
                faults.append(f"{row['inspection_code']} is cancelled and its unit vacant all month")
            continue
        if not row["staff_code"]:
            faults.append(f"{row['inspection_code']} is nobody's")
            continue
        load[row["staff_code"], due] += 1
    possible = {
        slot for community in registers.live_from for slot in registers.slots(community, first, month_end(first))
    }
    faults += [f"{slot} is no day this inspector walks" for slot in sorted(set(load) - possible)]
    faults += [f"{slot} has {number}, above {CAPACITY}" for slot, number in load.items() if number > CAPACITY]
    return Month(
        month,
        len(vacant),
        len(basements),
        len(rows),
        Counter(row["state"] for row in rows),
        faults,
        busiest=max(load.values(), default=0),
    )


def recount_plan(registers: Registers, inspections: list[Row], first: date, month: Month) -> None:
    """Adds how even a month's plan was when it was made, from an export of its first day."""
    spread: list[tuple[int, int]] = []
    load: Counter[tuple[str, date]] = Counter()
    for row in inspections:
        if row["period"] == month.month and row["plan"] in ("monthly", "basement") and row["state"] != "cancelled":
            load[row["staff_code"], date.fromisoformat(row["due_on"])] += 1
    people: set[str] = set()
    for community, live in registers.live_from.items():
        begin = max(first, live)
        if begin > month_end(first) or begin != first:
            continue
        slots = registers.slots(community, begin, month_end(first))
        if not slots:
            continue
        numbers = [load[slot] for slot in slots]
        spread.append((min(numbers), max(numbers)))
        people |= {person for person, _ in slots}
        month.slots += len(slots)
        if max(numbers) - min(numbers) > 1:
            month.faults.append(f"{community}: from {min(numbers)} to {max(numbers)} a day, uneven")
    month.inspectors = len(people)
    if spread:
        month.load = (min(low for low, _ in spread), max(high for _, high in spread))
        month.widest = max(high - low for low, high in spread)


def compare_fit_outs(registers: Registers, inspections: list[Row], last: date) -> list[str]:
    """Holds the fit-out visits against the stages on the register."""
    wanted = registers.fit_out_visits(last)
    found = Counter(
        (row["community_code"], row["unit_code"], date.fromisoformat(row["due_on"]))
        for row in inspections
        if row["plan"] == "fit_out" and row["due_on"] <= last.isoformat()
    )
    faults = [f"{key} twice" for key, number in found.items() if number > 1]
    faults += [f"{key} not visited" for key in sorted(wanted - set(found))]
    return faults + [f"{key} visited without a stage" for key in sorted(set(found) - wanted)]


def compare_vacancies(registers: Registers, vacancies: list[Row], last: date) -> list[str]:
    """Holds the intervals day by day against the registers: same days, registered before all else, none twice."""
    faults: list[str] = []
    by_unit: dict[UnitKey, list[Row]] = defaultdict(list)
    for row in vacancies:
        by_unit[row["community_code"], row["unit_code"]].append(row)
    for key in sorted({*by_unit, *registers.spans}):
        live = registers.live_from[key[0]]
        said: dict[date, str] = {}
        for row in by_unit[key]:
            for on in days(max(date.fromisoformat(row["start_date"]), live), min(day(row["end_date"]) or last, last)):
                if on in said:
                    faults.append(f"{key} {on} twice")
                said[on] = row["reason"]
        wanted: dict[date, str] = {}
        for reason in ("not_fitted_out", "unsold", "registered"):
            for span in registers.spans.get(key, ()):
                if span.reason == reason and span.known <= last:
                    wanted |= dict.fromkeys(days(max(span.start, live), min(span.end, last)), reason)
        if said != wanted:
            differing = sorted(on for on in {*said, *wanted} if said.get(on) != wanted.get(on))
            faults.append(f"{key}: {len(differing)} days differ, the first is {differing[0]}")
    return faults


def compare_spot_checks(inspections: list[Row], month: str) -> list[str]:
    """Holds the spot checks of a month against the visits of that month: 10 %, three at least, per inspector."""
    visits: Counter[str] = Counter()
    by_code = {row["inspection_code"]: row for row in inspections}
    for row in inspections:
        if row["inspected_at"].startswith(month) and row["plan"] not in ("fit_out", "spot_check"):
            visits[row["inspected_by"]] += 1
    drawn: Counter[str] = Counter()
    for row in inspections:
        if row["plan"] == "spot_check" and row["period"] == month:
            drawn[by_code[row["checks_code"]]["inspected_by"]] += 1
    wanted = {staff: min(number, max(3, ceil(number / 10))) for staff, number in visits.items()}
    return [
        f"{staff}: {drawn[staff]} of {visits[staff]} checked again, {wanted.get(staff, 0)} wanted"
        for staff in sorted({*wanted, *drawn})
        if drawn[staff] != wanted.get(staff, 0)
    ]
