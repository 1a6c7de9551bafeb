"""Companies of invented communities for the tests of scopes: all a community holds bears its mark and its seed.

Two worlds in which a community has the same seed hold the same of it, whatever the others hold: what a reader of that
community alone is told must be the same, to the last sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, insert

from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata

T = metadata.tables
END: Final = datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE)
RUN: Final = 900
LIVE: Final = "2026-11-02"
KINDS: Final = (
    ("repair", "in_home"),
    ("repair", "public"),
    ("complaint", None),
    ("enquiry", None),
    ("suggestion", None),
    ("system_fault", None),
)
CLASSES: Final = ("market_demand", "system_problem", "market_complaint", "handed_on", None)


@dataclass(frozen=True)
class Place:
    """A community of a world.

    Attributes:
        code: its code.
        region: region it lies in.
        seed: what it holds comes of it; another seed, another community in every respect but its code.
        size: about how many of each thing it has.
    """

    code: str
    region: str
    seed: int
    size: int

    @property
    def mark(self) -> str:
        """Stands in every name and code of the community, and nowhere else."""
        return f"Z{self.code}q{self.seed}z"

    @property
    def phone(self) -> str:
        return f"139{self.seed % 10_000:04}{int(self.code):04}"


def write_world(tx: Connection, places: tuple[Place, ...], company_seed: int) -> None:
    """Write communities and what belongs to none of them."""
    _add(
        tx,
        "runs",
        {"run_id": RUN, "run_code": "before", "pipeline": "test", "as_of": END - timedelta(days=15)}
        | {"started_at": END - timedelta(days=15), "state": "succeeded", "detail": {}},
    )
    _add(tx, "quality_draws", *(_draw(end) for end in (9, 16)))
    _add(tx, "settings", {"setting": "report_trend_periods", "value": "2"})
    for place in places:
        _Writer(tx, place, Random(f"{place.seed}/{place.code}")).write()
    _write_company(tx, Random(company_seed), company_seed)


Row = dict[str, Any]


def _add(tx: Connection, table: str, *rows: Row) -> None:
    names = {name for row in rows for name in row}
    if rows:
        tx.execute(insert(T[table]), [{name: row.get(name) for name in names} for row in rows])


def _draw(day: int) -> dict[str, Any]:
    end = datetime(2026, 11, day, tzinfo=TIME_ZONE)
    return {
        "draw_code": f"W{day}",
        "kind": "weekly",
        "period": f"{end - timedelta(days=7):%G-W%V}",
        "section": "company",
        "frame_from": end - timedelta(days=7),
        "frame_to": end,
        "seed_word": "w",
        "random_seed": 1,
        "risk_seed": 2,
        "double_seed": 3,
        "frame_digest": "x",
        "frame_items": 10,
        "population": 10,
        "explanation": {},
        "drawn_at": end,
        "due_on": end.date() + timedelta(days=4),
    }


def _write_company(tx: Connection, draw: Random, seed: int) -> None:
    """An agent of no community, calls taken, a shift, and things found."""
    mark = f"Z000q{seed}z"
    person: Row = {"staff_code": mark, "staff_name": f"赵{mark}", "role": "agent", "team_code": f"T{mark}"}
    _add(tx, "staff", person | {"email": f"{mark}@example.com", "hired_on": date(2020, 1, 1)})
    shift: Row = {
        "staff_code": mark,
        "shift_date": date(2026, 11, 19),
        "attendance": "present",
        "logged_in_minutes": 400,
    }
    starts = datetime(2026, 11, 19, 9, tzinfo=TIME_ZONE)
    _add(tx, "roster", shift | {"starts_at": starts, "ends_at": starts + timedelta(hours=8)})
    for number in range(draw.randint(1, 9)):
        when = END - timedelta(hours=draw.randint(1, 300))
        call: Row = {"call_code": f"{mark}-{number}", "staff_code": mark, "started_at": when, "ended_at": when}
        _add(tx, "calls", call | {"direction": "in", "answered": draw.random() < 0.8, "queue_seconds": number})
        item: Row = {"item_code": f"F{mark}-{number}", "found_at": when, "item": f"伞{mark}", "valuable": False}
        _add(tx, "found_property", item)


@dataclass(frozen=True)
class _Writer:
    """Writes one community."""

    tx: Connection
    place: Place
    draw: Random

    def write(self) -> None:
        code, mark = self.place.code, self.place.mark
        row: Row = {"community_code": code, "community_name": f"小区{mark}", "region": self.place.region}
        self.add("communities", row)
        self.add("buildings", {"community_code": code, "building_code": "A"})
        self.add("settings", {"setting": "live_from", "community_code": code, "value": LIVE})
        for number, role in enumerate(("agent", "agent", "team_leader")):
            person: Row = {"staff_code": f"S{mark}{number}", "staff_name": f"钱{mark}", "role": role}
            person |= {"community_code": code, "team_code": f"T{mark}", "hired_on": date(2020, 1, 1)}
            self.add("staff", person | {"email": f"{mark.lower()}{number}@example.com"})
        self.customer(f"K{mark}")
        self.homes()
        self.cases()
        self.calls_and_shifts()
        self.callbacks()
        self.inspections()
        self.money()
        self.samples()
        self.quality()
        self.custody()

    def customer(self, code: str) -> str:
        name: Row = {"customer_code": code, "customer_name": f"孙{self.place.mark}", "customer_type": "owner"}
        self.add("customers", name | {"phone": self.place.phone})
        return code

    def add(self, table: str, *rows: Row) -> None:
        _add(self.tx, table, *rows)

    def several(self) -> range:
        return range(self.draw.randint(0, 2 * self.place.size))

    def when(self) -> datetime:
        """An instant of the week, the one before, or soon after."""
        return END - timedelta(minutes=self.draw.randint(-2_000, 20_000))

    def past(self) -> datetime:
        return END - timedelta(minutes=self.draw.randint(1, 20_000))

    def homes(self) -> None:
        place: Row = {"community_code": self.place.code, "building_code": "A", "unit_use": "residential", "area_m2": 90}
        for number in range(1 + self.place.size):
            unit = f"u{self.place.mark}{number}"
            self.add("units", place | {"unit_code": unit, "handover_date": date(2020, 1, 1)})
            lives: Row = {"community_code": self.place.code, "unit_code": unit, "customer_code": f"K{self.place.mark}"}
            if self.draw.random() < 0.6:
                lives |= {"role": "owner", "pays_fees": True, "start_date": date(2020, 1, 1)}
                self.add("occupancies", lives)
            elif self.draw.random() < 0.8:
                empty: Row = {"community_code": self.place.code, "unit_code": unit, "reason": "unsold"}
                self.add("vacancies", empty | {"start_date": date(2026, 11, 2)})

    def cases(self) -> None:
        for number in self.several():
            kind, area = self.draw.choice(KINDS)
            opened, code = self.when(), f"G{self.place.mark}-{number}"
            row: Row = {"case_code": code, "community_code": self.place.code, "kind": kind, "area": area}
            row |= {"urgency": self.draw.choice(("ordinary", "emergency")), "opened_at": opened}
            row |= {"feedback_class": self.draw.choice(CLASSES), "department": f"部{self.place.mark}"}
            row |= {"customer_code": f"K{self.place.mark}", "unit_code": f"u{self.place.mark}0"}
            row |= {"handler": f"S{self.place.mark}0", "description": f"{self.place.phone} 孙{self.place.mark}"}
            self.add("cases", row)
            for event in ("answered", "resolved", "reopened", "closed"):
                if self.draw.random() < 0.5:
                    opened += timedelta(minutes=self.draw.randint(1, 3_000))
                    self.add("case_events", {"case_code": code, "event": event, "event_at": opened})

    def calls_and_shifts(self) -> None:
        staff = f"S{self.place.mark}0"
        for number in self.several():
            when = self.when()
            call: Row = {"call_code": f"L{self.place.mark}-{number}", "staff_code": staff, "started_at": when}
            call |= {"ended_at": when, "direction": "in", "answered": self.draw.random() < 0.7}
            self.add("calls", call | {"queue_seconds": self.draw.randint(0, 99)})
        for number in range(2, 20):
            day = datetime(2026, 11, number, 9, tzinfo=TIME_ZONE)
            shift: Row = {"staff_code": staff, "shift_date": day.date(), "starts_at": day}
            attendance = self.draw.choice(("present", "present", "absent", "leave"))
            shift |= {"ends_at": day + timedelta(hours=8), "attendance": attendance}
            minutes = self.draw.randint(300, 480) if attendance == "present" else None
            self.add("roster", shift | {"logged_in_minutes": minutes})

    def callbacks(self) -> None:
        for number in self.several():
            code, due, called = f"H{self.place.mark}-{number}", self.when(), self.past()
            is_reached = self.draw.random() < 0.7
            shared: Row = {
                "callback_code": code,
                "community_code": self.place.code,
                "customer_code": self.customer(f"K{code}"),
                "not_before": due - timedelta(days=3),
                "due_by": due,
                "state": "reached" if is_reached else "planned",
                "closed_at": called if is_reached else None,
                "channel": "manager",
                "priority": 1,
            }
            self.add("callbacks", shared | {"rules": "R"})
            contact: Row = {"rule_code": "R", "subject": f"case:{code}", "occasion": "1", "trigger": "repair_resolved"}
            contact |= {"triggered_at": due - timedelta(days=4), "max_attempts": 3, "explanation": {}}
            self.add("callback_contacts", shared | contact)
            call: Row = {"callback_code": code, "attempted_at": called, "staff_code": f"S{self.place.mark}0"}
            call |= {"outcome": "reached" if is_reached else "no_answer"}
            call |= {"satisfaction": self.draw.randint(1, 5) if is_reached else None}
            self.add("callback_results", call | {"comment": f"请打 {self.place.phone} {self.place.mark}"})
            judged: Row = {
                "edition": 1,
                "verdict": "counted",
                "content_digest": "x",
                "judged_at": called,
                "run_id": RUN,
            }
            self.add("callback_attempts", call | judged)

    def inspections(self) -> None:
        for number in self.several():
            code, visited = f"M{self.place.mark}-{number}", self.past()
            state = self.draw.choice(("done", "not_entered", "planned"))
            row: Row = {
                "inspection_code": code,
                "plan": "monthly",
                "period": "2026-11",
                "community_code": self.place.code,
                "unit_code": f"u{self.place.mark}0",
                "due_on": self.when().date(),
                "state": state,
                "occasion": code,
                "building_code": "A",
                "planned_on": date(2026, 11, 2),
                "checklist": "",
                "inspected_at": visited if state != "planned" else None,
            }
            self.add("inspections", row)
            if state != "planned":
                visit: Row = {"inspection_code": code, "inspected_at": visited}
                result: Row = {"staff_code": f"S{self.place.mark}1", "entered": state == "done"}
                self.add(
                    "inspection_results", visit | result | {"finding": f"漏水，{self.place.phone}，{self.place.mark}"}
                )
                self.add("inspection_visits", visit | {"verdict": "counted", "content_digest": "x", "run_id": RUN})

    def money(self) -> None:
        run = f"O{self.place.mark}"
        posted = datetime(2026, 11, 2, tzinfo=TIME_ZONE)
        row: Row = {
            "run_code": run,
            "period": "2026-10",
            "community_code": self.place.code,
            "state": "posted",
            "kind": "opening",
            "attempt": 1,
            "post_no": self.place.seed,
            "drafted_at": posted,
            "posted_at": posted,
            "posted_on": posted.date(),
            "due_on": date(2026, 11, 16),
        }
        self.add("billing_runs", row)
        who: Row = {"community_code": self.place.code, "unit_code": f"u{self.place.mark}0"}
        who |= {"customer_code": f"K{self.place.mark}"}
        for number in range(1 + self.place.size):
            code, due = f"B{self.place.mark}-{number}", END.date() - timedelta(days=self.draw.randint(-3, 400))
            total = self.draw.randint(1, 99_999)
            bill: Row = {"bill_code": code, "run_code": run, "period": "2026-10", "total": total, "due_on": due}
            self.add("bills", bill | who)
            if self.draw.random() < 0.6:
                when = max(self.past(), posted)
                paid: Row = {"source_kind": "payment", "source_code": f"P{code}", "batch_no": 0, "bill_code": code}
                paid |= {"allocated_on": when.date(), "allocated_at": when}
                self.add("allocations", paid | who | {"amount": self.draw.randint(1, total)})

    def samples(self) -> None:
        for number in self.several():
            scored = self.past() if self.draw.random() < 0.8 else None
            row: Row = {
                "sample_code": f"Q{self.place.mark}-{number}",
                "period": "2026-W46",
                "stratum": "s",
                "subject_kind": "call",
                "subject_code": f"L{self.place.mark}-{number}",
                "staff_code": f"S{self.place.mark}0",
                "reason": "random",
                "probability": self.draw.choice(("0.5", "0.25")),
                "draw_code": self.draw.choice(("W9", "W16")),
                "community_code": self.place.code,
                "state": "scored" if scored else "waiting",
                "score": self.draw.randint(0, 100) if scored else None,
                "is_critical": self.draw.random() < 0.2 if scored else None,
                "scored_at": scored,
            }
            self.add("samples", row)

    def quality(self) -> None:
        """What the quality check says of the community: its week, its month, the place of its agent."""
        computed = datetime(2026, 11, 18, tzinfo=TIME_ZONE)
        for period in ("2026-W46", "2026-10"):
            mean = self.draw.randint(10, 89)
            row: Row = {"period": period, "scope_kind": "community", "scope_code": self.place.code, "verdict": "none"}
            row |= {"population": self.draw.randint(20, 99), "sampled": self.draw.randint(2, 19), "mean_score": mean}
            self.add("quality_results", row | {"low_95": mean - 1, "high_95": mean + 1, "computed_at": computed})
        rank: Row = {"period": "2026-10", "staff_code": f"S{self.place.mark}0", "team_code": f"T{self.place.mark}"}
        rank |= {"place": int(self.place.code), "total": self.draw.randint(1, 99), "explanation": {}, "run_id": RUN}
        self.add("quality_rankings", rank | {"computed_at": computed})

    def custody(self) -> None:
        for number in self.several():
            loan: Row = {"loan_code": f"Y{self.place.mark}-{number}", "community_code": self.place.code}
            self.add("key_loans", loan | {"borrower": f"李{self.place.mark}", "borrowed_at": self.past()})
            check: Row = {"staff_code": f"S{self.place.mark}0", "checked_at": self.past(), "device": "phone"}
            self.add("device_checks", check | {"normal": self.draw.random() < 0.5})
