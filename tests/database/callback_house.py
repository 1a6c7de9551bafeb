"""A small house for the tests of callbacks: communities, customers, agents, cases and results in a line each, and days.

November 2026 begins on a Sunday; the 2nd is a Monday. The house is served from 1 November unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from sqlalchemy import text

from guanjia.pipelines.scheduled_callbacks import served
from guanjia.pipelines.scheduled_callbacks.agents import prepare_agents
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_days, prepare_parts
from guanjia.pipelines.scheduled_callbacks.contacts import derive_contacts
from guanjia.pipelines.scheduled_callbacks.merging import merge_contacts, prepare_merging
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.bare_house import BareHouse

T = metadata.tables
COMMUNITY: Final = "001"
_PIPELINE: Final = "guanjia.pipelines.scheduled_callbacks"
STEPS: Final = (
    ("results", "take_results"),
    ("closing_loop", "close_loop"),
    ("planning", "plan_callbacks"),
    ("listing", "make_lists"),
    ("warnings", "warn"),
)
"""Steps of the 07:00 run that write no mail, in order: module and function."""
RESULT_STEPS: Final = (
    ("results", "take_results"),
    ("closing_loop", "close_loop"),
    ("absence", "reassign"),
    ("figures", "measure_day"),
)
"""Steps of the companion run, every half hour."""


def at(written: str) -> datetime:
    """An instant of November 2026 (`20 10:00`), or one with its month (`10-03 09:00`) or year."""
    day, clock = written.split(" ")
    return datetime.fromisoformat(f"{_full(day)}T{clock}").replace(tzinfo=TIME_ZONE)


def on(written: str) -> date:
    """A day of November 2026 (`20`), or one with its month (`10-03`) or year."""
    return date.fromisoformat(_full(written))


def _full(day: str) -> str:
    return day if day.count("-") == 2 else f"2026-{day}" if "-" in day else f"2026-11-{day.zfill(2)}"


def days(first: str, last: str) -> list[str]:
    """Every day from the first to the last, both included, as `2026-11-02`."""
    start, n = on(first), (on(last) - on(first)).days
    return [(start + timedelta(days=i)).isoformat() for i in range(n + 1)]


def working_days(first: str, last: str) -> list[str]:
    """Mondays to Fridays from the first to the last day; public holidays are not looked at."""
    return [day for day in days(first, last) if on(day).isoweekday() <= 5]


@dataclass(frozen=True)
class CallbackHouse(BareHouse):
    """A database, and runs by day."""

    def setting(self, name: str, value: str, community: str | None = None) -> None:
        self.add("settings", {"setting": name, "community_code": community, "value": value})

    def rule(self, code: str, **values: Any) -> None:
        """Change a callback rule, such as ``enabled=False``."""
        changes = ", ".join(f"{name} = :{name}" for name in values)
        self.execute(f"UPDATE callback_rules SET {changes} WHERE rule_code = :code", code=code, **values)

    def only_rules(self, *codes: str) -> None:
        """Switch all other rules off."""
        self.execute("UPDATE callback_rules SET enabled = rule_code = ANY(:codes)", codes=list(codes))

    def community(self, code: str = COMMUNITY, *, live_from: str | None = "2026-11-01", **values: Any) -> None:
        """A community with one building A, served from a day."""
        self.add("communities", {"community_code": code, "community_name": code} | values)
        self.add("buildings", {"community_code": code, "building_code": "A"})
        if live_from:
            self.setting("live_from", on(live_from).isoformat(), code)

    def unit(self, code: str, community: str = COMMUNITY) -> None:
        row = {"community_code": community, "building_code": "A", "unit_code": code}
        self.add("units", row | {"unit_use": "residential", "area_m2": 90})

    def customer(self, code: str, unit: str | None = None, *, community: str = COMMUNITY, **values: Any) -> None:
        """An owner with telephone and address; given a unit, it is in occupancy there since 2020 (``since``).

        The unit is made when it is not there yet. ``role`` and ``until`` are the occupancy's; all other values the
        customer's: phone, email, do_not_call, service_start, customer_type, interested …
        """
        since, until = values.pop("since", "2020-01-01"), values.pop("until", None)
        role = values.pop("role", "owner")
        row = {
            "customer_code": code,
            "customer_name": code,
            "customer_type": "tenant" if role == "tenant" else "owner",
            "phone": f"139{sum(map(ord, code)) % 10000:04d}{len(code):04d}",
            "email": f"{code.lower()}@example.com",
        }
        self.add("customers", row | values)
        if unit is not None:
            self.occupancy(unit, code, community=community, since=since, until=until, role=role)

    def occupancy(
        self,
        unit: str,
        customer: str,
        *,
        community: str = COMMUNITY,
        since: str = "2020-01-01",
        until: str | None = None,
        role: str = "owner",
        pays_fees: bool = True,
    ) -> None:
        if not self.rows("SELECT FROM units WHERE community_code = :c AND unit_code = :u", c=community, u=unit):
            self.unit(unit, community)
        row = {"community_code": community, "unit_code": unit, "customer_code": customer, "role": role}
        end = on(until) if until else None
        self.add("occupancies", row | {"pays_fees": pays_fees, "start_date": on(since), "end_date": end})

    def customers(self, prefix: str, n: int, *, community: str = COMMUNITY, since: str = "2020-01-01") -> list[str]:
        """Many owners, each with a unit of its own; their codes."""
        codes = [f"{prefix}{i:04d}" for i in range(1, n + 1)]
        place = {"community_code": community}
        self.add(
            "units",
            *(
                place | {"building_code": "A", "unit_code": code, "unit_use": "residential", "area_m2": 90}
                for code in codes
            ),
        )
        self.add(
            "customers",
            *(
                {
                    "customer_code": code,
                    "customer_name": code,
                    "customer_type": "owner",
                    "phone": f"138{i:08d}",
                    "email": f"{code.lower()}@example.com",
                }
                for i, code in enumerate(codes, 1)
            ),
        )
        self.add(
            "occupancies",
            *(
                place
                | {"unit_code": code, "customer_code": code, "role": "owner", "pays_fees": True}
                | {"start_date": on(since)}
                for code in codes
            ),
        )
        return codes

    def prospect(self, code: str, *, interested: bool | None = True, **values: Any) -> None:
        self.customer(code, customer_type="prospect", interested=interested, **values)

    def staff(self, code: str, role: str, community: str | None = COMMUNITY, **values: Any) -> None:
        row = {"staff_code": code, "staff_name": code, "role": role, "community_code": community}
        self.add("staff", row | {"email": f"{code.lower()}@example.com"} | values)

    def agent(
        self,
        code: str,
        community: str | None = COMMUNITY,
        *,
        shifts: Iterable[str] = (),
        hours: str = "09:00-20:00",
        **values: Any,
    ) -> None:
        """An agent, with shifts on the days given."""
        self.staff(code, "agent", community, **values)
        self.shifts(code, *shifts, hours=hours)

    def shifts(
        self, staff: str, *shift_days: str, hours: str = "09:00-20:00", attendance: str | None = "planned"
    ) -> None:
        """Shifts on some days; hours that end not later than they begin end on the next day."""
        starts, ends = hours.split("-")
        rows = []
        for day in shift_days:
            begin, end = (at(f"{on(day).isoformat()} {clock}") for clock in (starts, ends))
            row = {"staff_code": staff, "shift_date": on(day), "starts_at": begin, "attendance": attendance}
            rows.append(row | {"ends_at": end if end > begin else end + timedelta(days=1)})
        self.add("roster", *rows)

    def attendance(self, staff: str, day: str, attendance: str) -> None:
        """Say whether somebody came on a day."""
        self.execute(
            "UPDATE roster SET attendance = :attendance WHERE staff_code = :staff AND shift_date = :day",
            staff=staff,
            day=on(day),
            attendance=attendance,
        )

    def case(self, code: str, opened: str, *events: str, **values: Any) -> None:
        """A case (an ordinary repair in the home unless said otherwise) and its events, `20 10:00 answered` each."""
        row = {"community_code": COMMUNITY, "kind": "repair", "area": "in_home", "urgency": "ordinary"} | values
        if row["kind"] != "repair" and "area" not in values:
            row["area"] = None
        self.add("cases", {"case_code": code, "opened_at": at(opened)} | row)
        for event in events:
            self.event(code, event)

    def event(self, code: str, written: str) -> None:
        """An event of a case: `20 10:00 resolved`, with who did it at the end when that matters."""
        day, clock, event, *who = written.split(" ")
        row = {"case_code": code, "event_at": at(f"{day} {clock}"), "event": event}
        self.add("case_events", row | {"staff_code": who[0] if who else None})

    def paid(self, code: str, *items: tuple[str, str]) -> None:
        """Lines of a paid visit: quantity and price."""
        self.add(
            "paid_services",
            *(
                {"case_code": code, "line_no": n, "item": "换锁", "quantity": quantity, "unit_price": price}
                for n, (quantity, price) in enumerate(items, 1)
            ),
        )

    def call(
        self, code: str, customer: str, started: str, *, staff: str = "A1", direction: str = "out", **values: Any
    ) -> None:
        """A call of three minutes with a customer, ours and answered unless said otherwise."""
        begin = at(started)
        row = {"call_code": code, "started_at": begin, "ended_at": begin + timedelta(minutes=3)}
        who = {"direction": direction, "staff_code": staff, "customer_code": customer}
        self.add("calls", row | who | {"answered": True, "case_code": None} | values)

    def result(
        self,
        callback: str,
        attempted: str,
        outcome: str = "reached",
        *,
        staff: str = "A1",
        satisfaction: int | None = None,
        call_later: str | None = None,
        comment: str | None = None,
    ) -> None:
        """What came back of a callback."""
        row = {"callback_code": callback, "attempted_at": at(attempted), "outcome": outcome, "staff_code": staff}
        later = at(call_later) if call_later else None
        self.add("callback_results", row | {"satisfaction": satisfaction, "call_later_at": later, "comment": comment})

    def step(self, module: str, function: str, as_of: str | datetime, **values: Any) -> dict[str, int]:
        """One step of the pipeline as a run of its own; what it wrote, without noughts."""
        instant = at(as_of) if isinstance(as_of, str) else as_of
        work = getattr(import_module(f"{_PIPELINE}.{module}"), function)
        with self.database.transaction() as tx:
            run = open_run(tx, "scheduled_callbacks", instant, started_at=instant)
        with self.database.transaction() as tx:
            return {name: n for name, n in work(tx, run, instant, **values).items() if n}

    def steps(self, as_of: str | datetime, steps: Sequence[tuple[str, str]] = STEPS) -> dict[str, int]:
        """Several steps one after the other, each in its own transaction; counts are added up."""
        counts: dict[str, int] = {}
        for module, function in steps:
            if find_spec(f"{_PIPELINE}.{module}") is None:
                continue  # not there yet
            for name, n in self.step(module, function, as_of).items():
                counts[name] = counts.get(name, 0) + n
        return counts

    def day(self, day: str) -> dict[str, int]:
        """The run of 07:00 of a day, without mails."""
        return self.steps(f"{day} 07:00")

    def plan(self, day: str) -> dict[str, int]:
        """Only the plan of 07:00 of a day."""
        return self.step("planning", "plan_callbacks", f"{day} 07:00")

    def results(self, as_of: str) -> dict[str, int]:
        """The companion run, without mails."""
        return self.steps(as_of, RESULT_STEPS)

    def play(self, first: str, last: str, *, skipped: Sequence[str] = ()) -> dict[str, int]:
        """The 07:00 runs of several days, some left out; counts are added up."""
        left_out = {on(day) for day in skipped}
        counts: dict[str, int] = {}
        for day in days(first, last):
            if on(day) not in left_out:
                for name, n in self.day(day).items():
                    counts[name] = counts.get(name, 0) + n
        return counts

    def derive(self, day: str, *, clock: str = "07:00") -> dict[str, int]:
        """Only what facts make due on one day, merged: no periods, no results; days before are not looked at."""
        instant = at(f"{day} {clock}")
        with self.database.transaction() as tx:
            run = open_run(tx, "scheduled_callbacks", instant, started_at=instant)
        with self.database.transaction() as tx:
            now = served.begin(tx, instant)
            today = served.day_of(now)
            prepare_days(tx, today - timedelta(days=370), today + timedelta(days=370))
            prepare_parts(tx, served.parts_of(tx, today))
            prepare_agents(tx, now, today - timedelta(days=30), today + timedelta(days=40))
            prepare_merging(tx)
            found = derive_contacts(tx, run, now, today) | merge_contacts(tx, run, now, today)
            return {name: n for name, n in found.items() if n}

    def contacts(self, where: str = "TRUE") -> list[dict[str, Any]]:
        """Contacts, by rule, subject and occasion."""
        return self._all("callback_contacts", where, "rule_code, subject, occasion")

    def callbacks(self, where: str = "TRUE") -> list[dict[str, Any]]:
        """Callbacks, by code."""
        return self._all("callbacks", where, "callback_code")

    def callback(self, customer: str) -> dict[str, Any]:
        """The planned callback of a customer; there is exactly one."""
        (found,) = self._all("callbacks", "customer_code = :customer AND state = 'planned'", "1", customer=customer)
        return found

    def lists(self, day: str | None = None, where: str = "TRUE") -> list[dict[str, Any]]:
        """Lines of lists that stand, by day, agent and place."""
        of_day = f"work_date = '{on(day)}'" if day else "TRUE"
        condition = f"withdrawn_at IS NULL AND {of_day} AND {where}"
        return self._all("callback_lists", condition, "work_date, staff_code, position")

    def remarks(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (kind, subject, detail)
            for kind, subject, detail in self.rows("SELECT kind, subject, detail FROM callback_remarks ORDER BY 1, 2")
        ]

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All that was derived, without numbers and instants of runs: to compare two houses, or before and after."""
        left_out = {"run_id", "remark_id", "told_at", "missed_told_at", "computed_at", "judged_at", "noted_at"}
        found = {}
        for table in DERIVED:
            key = ", ".join(column.name for column in T[table].primary_key) if table != "callback_remarks" else "2, 3"
            found[table] = [
                {name: value for name, value in row.items() if name not in left_out}
                for row in self._all(table, "TRUE", key)
            ]
        return found

    def _all(self, table: str, where: str, order: str, **values: Any) -> list[dict[str, Any]]:
        with self.database.transaction() as tx:
            found = tx.execute(text(f"SELECT * FROM {table} WHERE {where} ORDER BY {order}"), values)
            return [dict(row) for row in found.mappings()]


DERIVED: Final = (
    "callbacks",
    "callback_contacts",
    "callback_lists",
    "callback_attempts",
    "callback_conflicts",
    "callback_cases",
    "callback_bad_numbers",
    "dropped_prospects",
    "community_events",
    "callback_warnings",
    "callback_days",
    "callback_remarks",
    "callback_progress",
)
"""Tables only the pipeline writes."""


def callback_house(database: Database, *, live_from: str = "2026-11-01", head: bool = True) -> CallbackHouse:
    """The community 001, with a manager and a team leader unless said otherwise; no customers, no agents yet."""
    house = CallbackHouse(database)
    house.community(live_from=live_from)
    if head:
        house.staff("M1", "manager")
        house.staff("L1", "team_leader")
    return house
