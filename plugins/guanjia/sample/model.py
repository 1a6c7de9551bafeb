"""What the parts of the generator tell each other: the company, and one community at a time.

Only one community is held in memory; what it emits is written out before the next one is made, so memory does not
grow with the company.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from guanjia.sample.dates import (
    MINUTES_A_DAY,
    SECONDS_A_MINUTE,
    Day,
    Minute,
    Month,
    Second,
    day_text,
    month_end,
    month_of,
)
from guanjia.sample.draws import Draw

Cell = str | int | None
Row = tuple[Cell, ...]
Emit = Callable[[str, Sequence[Row]], None]
"""Takes rows of a dataset, in the column order of ``layout.COLUMNS``."""

FEN_A_YUAN = 100


def yes_no(is_so: bool) -> str:
    """A boolean as files hold it."""
    return "true" if is_so else "false"


def code_of(thing: Unit | Customer | None) -> str | None:
    """Its code; blank when there is nothing."""
    return None if thing is None else thing.code


def day_or_blank(day: Day | None) -> str | None:
    """The day as text; blank when there is none."""
    return None if day is None else day_text(day)


def yuan(fen: int) -> str:
    """An amount in fen as yuan with two places."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN_A_YUAN}.{abs(fen) % FEN_A_YUAN:02}"


@dataclass(frozen=True, slots=True)
class History:
    """The time the sample covers: whole months and the one that has begun."""

    seed: int
    first_month: Month
    until: Minute
    """The instant the history ends, inclusive: no fact lies after it."""
    day_offs: frozenset[Day]
    """Published days off on what would be a weekday."""
    make_up_days: frozenset[Day]
    """Weekend days worked by notice."""

    @property
    def first(self) -> Day:
        """The first day of the history."""
        return month_end(self.first_month - 1) + 1

    @property
    def last(self) -> Day:
        """The day `until` lies in."""
        return self.until // MINUTES_A_DAY

    @property
    def until_second(self) -> Second:
        """`until` in seconds."""
        return self.until * SECONDS_A_MINUTE

    @property
    def months(self) -> range:
        """Every month of the history, the begun one included."""
        return range(self.first_month, month_of(self.last) + 1)

    @property
    def closed_months(self) -> range:
        """The months that are over at `until`."""
        return range(self.first_month, month_of(self.last))

    def draw(self, *path: str | int) -> Draw:
        """The stream of chance of an area."""
        return Draw(self.seed, *path)


@dataclass(frozen=True, slots=True)
class CommunityPlan:
    """What is decided of a community before it is built."""

    index: int
    code: str
    name: str
    region: str
    city: str
    developer_code: str
    developer_name: str
    unit_count: int
    age: str
    """Key into ``estate.AGES``."""
    live_from: Day


@dataclass(eq=False, slots=True)
class Customer:
    """An owner, tenant, company or prospect."""

    code: str
    name: str
    type: str
    phone: str | None = None
    email: str | None = None
    service_start: Day | None = None
    do_not_call: bool = False
    vip: bool = False
    interested: bool | None = None
    dropped_reason: str | None = None
    language: str = "zh"
    diligence: str = "on_time"
    """Key into ``payments.HABITS``."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One row of occupancies: who owns or lives in a unit from when to when."""

    customer: Customer
    role: str
    pays: bool
    start: Day
    end: Day | None
    """Last day, included; None: still."""

    def covers(self, day: Day) -> bool:
        """Whether it holds on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(eq=False, slots=True)
class Unit:
    """A flat, shop, office, parking space, storage room or basement."""

    building: str
    code: str
    use: str
    area: int
    """Chargeable area in hundredths of a square metre."""
    handover: Day | None = None
    """None: unsold."""
    fit_out: str = "none"
    stays: list[Stay] = field(default_factory=list)
    is_lived_in: bool = False
    nobody_from: Day | None = None
    """From when nobody uses water or electricity (registered vacant)."""
    nobody_to: Day | None = None
    is_used_though_vacant: bool = False

    def payer_on(self, day: Day) -> Customer | None:
        """Who pays its fees on a day; None: the developer (unsold)."""
        return next((stay.customer for stay in self.stays if stay.pays and stay.covers(day)), None)

    def resident_on(self, day: Day) -> Customer | None:
        """The tenant, else the owner, on a day."""
        holding = [stay for stay in self.stays if stay.covers(day)]
        return next(
            (stay.customer for stay in holding if stay.role == "tenant"), holding[0].customer if holding else None
        )


@dataclass(eq=False, slots=True)
class Building:
    """A building and the units in it."""

    code: str
    name: str
    is_residential: bool
    units: list[Unit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff."""

    code: str
    name: str
    role: str
    community_code: str | None
    team: str | None
    department: str
    email: str
    login: str | None
    hired_on: Day
    left_on: Day | None
    shifts: str
    """Key into ``roster.ROTATIONS``."""
    place_in_rotation: int
    is_bad_apple: bool

    def is_employed_on(self, day: Day) -> bool:
        """Whether the person works here on a day."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(eq=False, slots=True)
class Crew:
    """The people of a community or of the head office, and who of them is on duty when."""

    members: list[Staff]
    duty: dict[Day, list[tuple[Minute, Minute, Staff]]] = field(default_factory=dict)
    """Day → shifts of agents and team leaders that begin on it and are (to be) worked."""

    def employed(self, roles: Sequence[str], day: Day) -> list[Staff]:
        """Everybody in these roles on a day."""
        return [person for person in self.members if person.role in roles and person.is_employed_on(day)]

    def on_duty(self, minute: Minute) -> list[Staff]:
        """The agents and team leaders whose shift runs at a minute."""
        day = minute // MINUTES_A_DAY
        shifts = (*self.duty.get(day - 1, ()), *self.duty.get(day, ()))
        return [person for starts, ends, person in shifts if starts <= minute < ends]


@dataclass(eq=False, slots=True)
class Place:
    """One community, complete, while its files are written."""

    plan: CommunityPlan
    history: History
    head_office: Crew
    buildings: list[Building] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    crew: Crew = field(default_factory=lambda: Crew([]))

    @property
    def code(self) -> str:
        """The community's code."""
        return self.plan.code

    @property
    def units(self) -> list[Unit]:
        """All units, building by building."""
        return [unit for building in self.buildings for unit in building.units]

    def draw(self, area: str) -> Draw:
        """This community's stream of chance for an area."""
        return self.history.draw(area, self.code)

    def desk_at(self, minute: Minute, draw: Draw) -> Staff:
        """An agent or team leader to whom a call at this minute goes: on duty here, else on duty at the head office."""
        present = self.crew.on_duty(minute) or self.head_office.on_duty(minute)
        if not present:
            day = minute // MINUTES_A_DAY
            present = self.crew.employed(("agent",), day) or self.crew.members
        return draw.pick(present)
