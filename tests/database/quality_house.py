"""A small house for the tests of quality checks: agents with teams, reviewers, calls and closed cases in a line each.

November 2026 begins on a Sunday; the 2nd, 9th, 16th, 23rd and 30th are Mondays. The house is served from 1 October
unless said otherwise; the week of the 16th is 2026-W47, drawn on the 23rd at 05:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any, Final

from sqlalchemy import insert, text

from guanjia.domain.quality_periods import Week, week_of
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
COMMUNITY: Final = "001"
WEEK: Final = "2026-W47"
"""16 to 22 November 2026, drawn on Monday 23 November at 05:00."""
MONDAY: Final = "23 05:00"
CRITERIA: Final = ("greeting", "answer", "closing")
"""Criteria of `small_criteria`: weights 30, 50 and 20; the second is critical; passed from 80."""
_PIPELINE: Final = "guanjia.pipelines.quality_sampling"
STEPS: Final = (
    ("frame_checks", "check_and_draw"),
    ("month_end", "top_up"),
    ("assigning", "assign"),
    ("roster", "warn_roster"),
)
"""Steps of Monday's run that write no mail, in order: module and function."""
RESULT_STEPS: Final = (
    ("judging", "take_scores"),
    ("appeals", "take_appeals"),
    ("corrections", "open_corrections"),
    ("absence", "reassign"),
    ("measuring", "measure"),
    ("closing", "close_months"),
    ("roster", "warn_roster"),
)
"""Steps of the companion run, every hour."""
DERIVED: Final = (
    "quality_draws",
    "quality_strata",
    "quality_risk_classes",
    "quality_populations",
    "quality_draw_criteria",
    "quality_reviewers",
    "samples",
    "quality_judgements",
    "quality_appeal_verdicts",
    "quality_cases",
    "quality_findings",
    "quality_results",
    "quality_lots",
    "quality_agreements",
    "quality_rankings",
    "quality_roster_warnings",
    "quality_remarks",
    "quality_progress",
)
"""Tables only the pipeline writes."""


def at(written: str) -> datetime:
    """An instant of November 2026 (`20 10:00`), or one with its month (`10-03 09:00`) or year."""
    day, clock = written.split(" ")
    return datetime.fromisoformat(f"{_full(day)}T{clock}").replace(tzinfo=TIME_ZONE)


def on(written: str) -> date:
    """A day of November 2026 (`20`), or one with its month (`10-03`) or year."""
    return date.fromisoformat(_full(written))


def week(day: str = "16") -> Week:
    """The week a day lies in."""
    return week_of(on(day), TIME_ZONE)


def days(first: str, last: str) -> list[str]:
    """Every day from the first to the last, both included, as `2026-11-02`."""
    start, n = on(first), (on(last) - on(first)).days
    return [(start + timedelta(days=i)).isoformat() for i in range(n + 1)]


def working_days(first: str, last: str) -> list[str]:
    """Mondays to Fridays from the first to the last day; public holidays are not looked at."""
    return [day for day in days(first, last) if on(day).isoweekday() <= 5]


def _full(day: str) -> str:
    return day if day.count("-") == 2 else f"2026-{day}" if "-" in day else f"2026-11-{day.zfill(2)}"


@dataclass(frozen=True)
class QualityHouse:
    """A database, and runs by week."""

    database: Database

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        """Rows of a table, all with the same columns."""
        assert len({frozenset(row) for row in rows}) <= 1, "of the first row's columns only would come in"
        with self.database.transaction() as tx:
            if rows:
                tx.execute(insert(T[table]), list(rows))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(text(statement), values)]

    def one(self, statement: str, **values: Any) -> Any:
        """The single value of a statement."""
        ((value,),) = self.rows(statement, **values)
        return value

    def table(self, name: str, where: str = "TRUE", order: str = "1, 2", **values: Any) -> list[dict[str, Any]]:
        """Rows of a table as dicts."""
        with self.database.transaction() as tx:
            return _dicts(tx, f"SELECT * FROM {name} WHERE {where} ORDER BY {order}", values)

    # -- what people load ---------------------------------------------------------------------------------------------

    def setting(self, name: str, value: str, community: str | None = None, *, since: str | None = None) -> None:
        """A value of a setting, from a day on; one for the same whom and day is replaced."""
        values = {"name": name, "community": community, "since": on(since) if since else None}
        self.execute(
            "DELETE FROM settings WHERE setting = :name AND community_code IS NOT DISTINCT FROM :community"
            " AND valid_from IS NOT DISTINCT FROM CAST(:since AS date)",
            **values,
        )
        row = {"setting": name, "community_code": community, "value": value, "valid_from": values["since"]}
        self.add("settings", row)

    def community(self, code: str = COMMUNITY, *, live_from: str | None = "10-01", **values: Any) -> None:
        """A community with one building A, served from a day."""
        self.add("communities", {"community_code": code, "community_name": code} | values)
        self.add("buildings", {"community_code": code, "building_code": "A"})
        if live_from:
            self.setting("live_from", on(live_from).isoformat(), code)

    def staff(self, code: str, role: str, team: str | None = None, **values: Any) -> None:
        """Somebody of community 001 unless said otherwise (``community_code``), with an address; in the team since
        ever, or since ``team_from``."""
        row = {"staff_code": code, "staff_name": code, "role": role, "team_code": team, "community_code": COMMUNITY}
        self.add("staff", row | {"email": f"{code.lower()}@example.com", "hired_on": on("2020-01-01")} | values)

    def agent(self, code: str, team: str | None = "T1", **values: Any) -> None:
        """An agent of community 001, department 客服部, hired in 2020."""
        self.staff(code, "agent", team, **{"department": "客服部"} | values)

    def leader(self, code: str, team: str, **values: Any) -> None:
        self.staff(code, "team_leader", team, **{"department": "客服部"} | values)

    def reviewer(self, code: str, team: str | None = "Q1", *, shifts: Iterable[str] = (), **values: Any) -> None:
        """A reviewer of the whole company (no community) and of another department; without any shift of a reviewer in
        the roster every working day counts as one at work."""
        self.staff(code, "reviewer", team, **{"department": "品质部", "community_code": None} | values)
        self.shifts(code, *shifts)

    def shifts(
        self, staff: str, *shift_days: str, attendance: str | None = "planned", minutes: int | None = None
    ) -> None:
        """Shifts from 09:00 to 18:00 on some days."""
        row = {"staff_code": staff, "attendance": attendance, "logged_in_minutes": minutes}
        self.add(
            "roster",
            *(
                row | {"shift_date": on(day)} | {"starts_at": at(f"{on(day)} 09:00"), "ends_at": at(f"{on(day)} 18:00")}
                for day in shift_days
            ),
        )

    def attendance(self, staff: str, day: str, attendance: str) -> None:
        """Say whether somebody came on a day."""
        self.execute(
            "UPDATE roster SET attendance = :attendance WHERE staff_code = :staff AND shift_date = :day",
            attendance=attendance,
            staff=staff,
            day=on(day),
        )

    def moves(self, staff: str, team: str | None, since: str | None = None, *, changed: str = "20 12:00") -> None:
        """The register says somebody is in another team, as intake would write it: the former row goes to history."""
        self.file()
        self.execute(
            """
            WITH former AS (SELECT * FROM staff WHERE staff_code = :staff)
            INSERT INTO register_history (dataset, key, action, before, after, changed_from, changed_at)
            SELECT 'staff', jsonb_build_object('staff_code', f.staff_code), 'updated',
                jsonb_build_object('staff_code', f.staff_code, 'team_code', f.team_code,
                    'team_from', CAST(f.team_from AS text)),
                jsonb_build_object('staff_code', f.staff_code, 'team_code', CAST(:team AS text),
                    'team_from', CAST(CAST(:since AS date) AS text)),
                (SELECT min(file_id) FROM intake_files), :changed
            FROM former AS f
            """,
            staff=staff,
            team=team,
            since=on(since) if since else None,
            changed=at(changed),
        )
        self.execute(
            "UPDATE staff SET team_code = :team, team_from = CAST(:since AS date) WHERE staff_code = :staff",
            staff=staff,
            team=team,
            since=on(since) if since else None,
        )

    def file(self) -> int:
        """A file of intake that rows may have come from."""
        found = self.rows("SELECT min(file_id) FROM intake_files")[0][0]
        if found is None:
            with self.database.transaction() as tx:
                run = open_run(tx, "intake", at("1 00:00"), started_at=at("1 00:00"))
            self.execute(_FILE, run=run.run_id)
            found = self.one("SELECT min(file_id) FROM intake_files")
        return int(found)

    def small_criteria(self) -> None:
        """Three criteria of the people's own (see `CRITERIA`) instead of the shipped ones."""
        rows = [("greeting", 30, False), ("answer", 50, True), ("closing", 20, False)]
        for n, (criterion, weight, critical) in enumerate(rows, 2):
            row = {"criterion": criterion, "weight": weight, "critical": critical, "pass_score": 80, "loaded_row": n}
            self.add("quality_criteria", row | {"valid_from": on("2020-01-01"), "loaded_from": self.file()})

    def policy(self, kind: str, **values: Any) -> None:
        """Change the policy of a kind, such as ``minimum_per_agent=1``."""
        changes = ", ".join(f"{name} = :{name}" for name in values)
        self.execute(f"UPDATE sampling_policies SET {changes} WHERE subject_kind = :kind", kind=kind, **values)

    def call(self, code: str, started: str, staff: str = "A1", *, minutes: int = 3, **values: Any) -> None:
        """An answered inbound call of three minutes without customer or case, unless said otherwise."""
        self.calls([(code, started, staff)], minutes=minutes, **values)

    def calls(self, calls: Iterable[tuple[str, str, str]], *, minutes: int = 3, **values: Any) -> None:
        """Calls: code, start, agent each."""
        rows = []
        for code, started, staff in calls:
            row = {"call_code": code, "started_at": at(started), "ended_at": at(started) + timedelta(minutes=minutes)}
            row |= {"direction": "in", "staff_code": staff, "customer_code": None, "case_code": None}
            rows.append(row | {"queue_seconds": 5, "answered": True} | values)
        self.add("calls", *rows)

    def many_calls(self, prefix: str, n: int, staff: str = "A1", *, first: str = "16", days: int = 7, **v: Any) -> None:
        """So many calls of an agent, spread over some days from a day on, 09:00 to 17:59; codes end in the number."""
        start = datetime.combine(on(first), datetime.min.time(), TIME_ZONE)
        rows = []
        for i in range(n):
            begin = start + timedelta(days=i % days, hours=9, minutes=(i // days) % 540)
            rows.append((f"{prefix}{i + 1:04d}", f"{begin:%Y-%m-%d %H:%M}", staff))
        self.calls(rows, **v)

    def case(self, code: str, opened: str, *events: str, **values: Any) -> None:
        """A case of community 001 (an ordinary enquiry by telephone, handled by A1, unless said otherwise) and its
        events, `20 10:00 closed` each, with who did it at the end when that matters."""
        row = {
            "community_code": COMMUNITY,
            "kind": "enquiry",
            "urgency": "ordinary",
            "channel": "电话",
            "handler": "A1",
        }
        self.add("cases", {"case_code": code, "opened_at": at(opened)} | row | values)
        self.events(code, *events)

    def events(self, code: str, *events: str) -> None:
        """Events of a case: `20 10:00 closed`, `19 09:00 assigned A2`."""
        rows = []
        for written in events:
            day, clock, event, *who = written.split(" ")
            row = {"case_code": code, "event_at": at(f"{day} {clock}"), "event": event}
            rows.append(row | {"staff_code": who[0] if who else None})
        self.add("case_events", *rows)

    def closed(self, code: str, closed: str, handler: str | None = "A1", **values: Any) -> None:
        """A case opened a day before it was closed."""
        opened = at(closed) - timedelta(days=1)
        self.case(code, f"{opened:%Y-%m-%d %H:%M}", f"{closed} closed", handler=handler, **values)

    def many_cases(
        self, prefix: str, n: int, handler: str = "A1", *, first: str = "16", days: int = 7, **v: Any
    ) -> None:
        """So many cases, closed on some days from a day on."""
        start = datetime.combine(on(first), datetime.min.time(), TIME_ZONE)
        fixed = {"community_code": COMMUNITY, "kind": "enquiry", "urgency": "ordinary", "channel": "电话"}
        cases, events = [], []
        for i in range(n):
            ended = start + timedelta(days=i % days, hours=9, minutes=(i // days) % 540)
            code = f"{prefix}{i + 1:04d}"
            cases.append({"case_code": code, "opened_at": ended - timedelta(hours=8), "handler": handler} | fixed | v)
            events.append({"case_code": code, "event_at": ended, "event": "closed", "staff_code": None})
        self.add("cases", *cases)
        self.add("case_events", *events)

    def dissatisfied(self, case: str, closed: str, satisfaction: int = 1) -> None:
        """A callback about a case that reached the customer, with what they said."""
        code = f"CB-{case}"
        self.add("customers", {"customer_code": code, "customer_name": code, "customer_type": "owner"})
        self.execute(_CALLBACK, code=code, case=case, at=at(closed), satisfaction=satisfaction)

    def scores(
        self,
        sample: str,
        reviewer: str,
        scored: str,
        score: float | dict[str, float] = 90,
        *,
        critical: Sequence[str] = (),
        criteria: Sequence[str] | None = None,
    ) -> None:
        """What came back for a sample: one score for each of its criteria, or a score by criterion; scores already
        there are replaced, as intake would."""
        names = criteria or [
            row[0]
            for row in self.rows(
                "SELECT c.criterion FROM samples AS s INNER JOIN quality_draw_criteria AS c"
                " ON s.draw_code = c.draw_code WHERE s.sample_code = :sample ORDER BY c.position",
                sample=sample,
            )
        ]
        given = score if isinstance(score, dict) else dict.fromkeys(names, score)
        self.execute(
            "DELETE FROM quality_scores"
            " WHERE sample_code = :sample AND reviewer = :reviewer AND criterion = ANY(:names)",
            sample=sample,
            reviewer=reviewer,
            names=list(given),
        )
        row = {"sample_code": sample, "reviewer": reviewer, "scored_at": at(scored)}
        self.add(
            "quality_scores",
            *(row | {"criterion": name, "score": value, "critical": name in critical} for name, value in given.items()),
        )

    def appeal(self, sample: str, appealed: str, staff: str, outcome: str | None = None) -> None:
        """An appeal, or (given an outcome) the decision on the one there is."""
        if outcome:
            self.execute(
                "UPDATE quality_appeals SET outcome = :outcome WHERE sample_code = :sample AND appealed_at = :at",
                outcome=outcome,
                sample=sample,
                at=at(appealed),
            )
            return
        row = {"sample_code": sample, "appealed_at": at(appealed), "staff_code": staff, "reason": "录音听得清"}
        self.add("quality_appeals", row | {"outcome": None})

    # -- runs ---------------------------------------------------------------------------------------------------------

    def step(self, module: str, function: str, as_of: str | datetime, **values: Any) -> dict[str, int]:
        """One step of the pipeline as a run of its own; what it wrote, without noughts."""
        instant = at(as_of) if isinstance(as_of, str) else as_of
        work = getattr(import_module(f"{_PIPELINE}.{module}"), function)
        with self.database.transaction() as tx:
            run = open_run(tx, "quality_sampling", instant, started_at=instant)
        with self.database.transaction() as tx:
            return {name: n for name, n in work(tx, run, instant, **values).items() if n}

    def steps(self, as_of: str | datetime, steps: Sequence[tuple[str, str]] = STEPS) -> dict[str, int]:
        """Several steps one after the other, each in its own transaction; counts are added up."""
        counts: dict[str, int] = {}
        for module, function in steps:
            for name, n in self.step(module, function, as_of).items():
                counts[name] = counts.get(name, 0) + n
        return counts

    def monday(self, as_of: str | datetime = MONDAY) -> dict[str, int]:
        """Monday's run, without mails."""
        return self.steps(as_of)

    def results(self, as_of: str | datetime) -> dict[str, int]:
        """The companion run, without mails."""
        return self.steps(as_of, RESULT_STEPS)

    # -- what came of it ----------------------------------------------------------------------------------------------

    def samples(self, where: str = "TRUE") -> list[dict[str, Any]]:
        """Samples, by code."""
        return self.table("samples", where, "sample_code")

    def draws(self) -> list[dict[str, Any]]:
        """Draws, by code."""
        return self.table("quality_draws", order="draw_code")

    def remarks(self) -> list[tuple[str, str]]:
        """Kind and subject of what was remarked."""
        return [
            (kind, subject) for kind, subject in self.rows("SELECT kind, subject FROM quality_remarks ORDER BY 1, 2")
        ]

    def findings(self, period: str = WEEK) -> list[tuple[str, str, str | None, str | None]]:
        """Check, item, agent and detail of what the automatic checks of a week found."""
        return [
            (check, code, staff, detail)
            for check, code, staff, detail in self.rows(
                "SELECT check_name, subject_code, staff_code, detail FROM quality_findings WHERE period = :period"
                " ORDER BY 1, 2",
                period=period,
            )
        ]

    def everything(self, *left_out: str) -> dict[str, list[dict[str, Any]]]:
        """All that was derived, without numbers of runs and instants of computing: to compare two houses, or before
        and after."""
        hidden = {"run_id", "remark_id", "told_at", "computed_at", "computed_to", "judged_at", "noted_at", *left_out}
        hidden.add("inputs_digest")
        found = {}
        for name in DERIVED:
            key = "kind, subject" if name == "quality_remarks" else ", ".join(c.name for c in T[name].primary_key)
            found[name] = [
                {column: value for column, value in row.items() if column not in hidden}
                for row in self.table(name, order=key)
            ]
        return found


def _dicts(tx: Transaction, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.execute(text(statement), values).mappings()]


def quality_house(database: Database, *, live_from: str = "10-01", people: bool = True) -> QualityHouse:
    """The community 001, and people unless said otherwise: agents A1 and A2 of team T1, A3 of team T2, their leaders L1
    and L2, the reviewers R1 and R2 of team Q1, the supervisor S1 and the general manager G1. No calls, no cases."""
    house = QualityHouse(database)
    house.community(live_from=live_from)
    if people:
        for agent, team in (("A1", "T1"), ("A2", "T1"), ("A3", "T2")):
            house.agent(agent, team)
        for leader, team in (("L1", "T1"), ("L2", "T2")):
            house.leader(leader, team)
        for reviewer in ("R1", "R2"):
            house.reviewer(reviewer)
        house.staff("S1", "supervisor", community_code=None)
        house.staff("G1", "general_manager", community_code=None)
    return house


_FILE: Final = """
INSERT INTO intake_files (file, received_at, as_of, digest, size_bytes, place, outcome, run_id)
SELECT 'house.csv', r.as_of, r.as_of, repeat('0', 64), 1, 'command', 'read', r.run_id
FROM runs AS r WHERE r.run_id = :run
"""

_CALLBACK: Final = """
WITH made AS (
    INSERT INTO callbacks (
        callback_code, rules, customer_code, case_codes, community_code, not_before, due_by, state, satisfaction,
        closed_at
    )
    SELECT :code, 'R', :code, k.case_code, k.community_code, :at, :at, 'reached', :satisfaction, :at
    FROM cases AS k WHERE k.case_code = :case
    RETURNING callback_code, community_code
)

INSERT INTO callback_contacts (
    rule_code, subject, occasion, trigger, customer_code, case_code, community_code, triggered_at, not_before, due_by,
    priority, max_attempts, channel, state, callback_code, satisfaction, closed_at, explanation
)
SELECT 'R', 'case:' || :case, '1', 'repair_resolved', :code, :case, m.community_code, :at, :at, :at, 1, 3, 'call',
    'reached', m.callback_code, :satisfaction, :at, '{}'
FROM made AS m
"""
