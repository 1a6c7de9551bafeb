"""A quarter of quality checks in a test: 60 agents, draws, scores, appeals, corrections; and the recount of it.

The company: three communities, six teams of ten agents and a leader each, six reviewers, two of whom are of a team they
must keep away from. Spring Festival lies in the quarter. One agent changes team on a Wednesday, one is hired in March,
one leaves in April, four have four times the calls of the others. One call in a hundred is loaded a week late.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text

from guanjia.domain.quality_scores import Criterion
from guanjia.pipelines.intake.batches import load_files
from guanjia.pipelines.intake.loading import Terms
from guanjia.pipelines.quality_sampling.running import run_results, run_steps
from guanjia.sample.draws import Draw
from guanjia.sample.quality_past import tell_scores
from guanjia.sample.review_desk import ReviewDesk, review_desk_of_home, work_of
from guanjia.sample.reviewers import Habits, score_of, true_scores
from guanjia.sample.rounds import is_working_day
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from tests.conftest import SHARED, Database
from tests.database.quality_house import DERIVED, QualityHouse
from tests.support.quality_recount import TABLES, Known, Recount, at_most_one_apart, least_hits, recount

T = metadata.tables
FIRST: Final = date(2026, 2, 2)
"""First day served, a Monday."""
WEEKS: Final = 13
COMMUNITIES: Final = ("001", "002", "003")
TEAMS: Final = ("T1", "T2", "T3", "T4", "T5", "T6")
AGENTS_EACH: Final = 10
BUSY: Final = frozenset({"A01", "A17", "A33", "A49"})
MOVES, MOVES_TO, MOVES_ON = "A05", "T2", date(2026, 3, 11)
HIRED, HIRED_ON = "A60", date(2026, 3, 9)
LEAVES, LEAVES_ON = "A59", date(2026, 4, 15)
REVIEWERS: Final = {"R1": None, "R2": None, "R3": "Q1", "R4": "Q1", "R5": "T1", "R6": "T3"}
ILL, ILL_FROM, ILL_DAYS = "R2", date(2026, 3, 16), 5
SEED: Final = 6
AGAIN_EVERY: Final = 10
LATE_SHARE, UNANSWERED, COMPLAINTS, REOPENED = 0.01, 0.08, 0.15, 0.08
DRAWN_AT, HANDED_IN_AT, EVENING = time(5), time(20), time(20, 30)
CRITERIA: Final = (
    ("规范开场与问候", 10, False),
    ("自我介绍", 10, False),
    ("倾听不抢话", 15, False),
    ("使用普通话", 10, False),
    ("准确记录诉求", 20, False),
    ("解答正确", 20, True),
    ("不推诿不归咎系统", 10, True),
    ("礼貌结束语", 5, False),
)
"""As shipped: name, weight, critical."""


@dataclass
class Company:
    """What was made, and what no table says of it."""

    late: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    """Instant and row of calls loaded late."""
    complaints: set[str] = field(default_factory=set)
    agents: dict[str, str] = field(default_factory=dict)
    """Call or case → agent."""


@dataclass
class Played:
    """What the quarter gave."""

    recount: Recount
    desk: ReviewDesk
    runs: int = 0
    seconds: float = 0.0
    written_again: Counter[str] = field(default_factory=Counter)
    uneven: list[object] = field(default_factory=list)
    """Draws whose reviewers of equal room got loads more than one apart."""


def at(on: date, clock: time) -> datetime:
    """An instant of a day in Asia/Shanghai."""
    return datetime.combine(on, clock, TIME_ZONE)


def team_of(staff_code: str, day: date) -> str | None:
    """Who was in which team."""
    if staff_code in REVIEWERS:
        return REVIEWERS[staff_code]
    if staff_code.startswith("L"):
        return TEAMS[int(staff_code[1:]) - 1]
    if not staff_code.startswith("A"):
        return None
    if staff_code == MOVES:
        return MOVES_TO if day >= MOVES_ON else "T1"
    return TEAMS[(int(staff_code[1:]) - 1) // AGENTS_EACH]


def make_company(database: Database) -> Company:
    """People, roster, calls and cases of the quarter."""
    company = Company()
    with database.transaction() as tx:
        for code in COMMUNITIES:
            tx.execute(insert(T["communities"]).values(community_code=code, community_name=code))
            tx.execute(insert(T["settings"]).values(setting="live_from", community_code=code, value=FIRST.isoformat()))
        tx.execute(insert(T["staff"]), _people())
        tx.execute(insert(T["roster"]), _roster())
        calls, cases, events = work_of_quarter(company)
        tx.execute(insert(T["cases"]), cases)
        tx.execute(insert(T["case_events"]), events)
        tx.execute(insert(T["calls"]), calls)
    QualityHouse(database).moves(MOVES, MOVES_TO, MOVES_ON.isoformat(), changed=f"{MOVES_ON} 12:00")
    return company


def _people() -> list[dict[str, Any]]:
    rows = []
    for team, name in enumerate(TEAMS):
        rows.append(_person(f"L{team + 1}", "team_leader", name, COMMUNITIES[team // 2]))
        for place in range(AGENTS_EACH):
            code = f"A{team * AGENTS_EACH + place + 1:02}"
            rows.append(_person(code, "agent", name, COMMUNITIES[team // 2]))
            if code == HIRED:
                rows[-1]["hired_on"] = HIRED_ON
            if code == LEAVES:
                rows[-1]["left_on"] = LEAVES_ON
    rows += [_person(code, "reviewer", team, None) | {"department": "品质部"} for code, team in REVIEWERS.items()]
    return [*rows, _person("S1", "supervisor", None, None), _person("G1", "general_manager", None, None)]


def _person(code: str, role: str, team: str | None, community: str | None) -> dict[str, Any]:
    return {
        "staff_code": code,
        "staff_name": code,
        "role": role,
        "team_code": team,
        "community_code": community,
        "department": "客服部",
        "email": f"{code.lower()}@example.com",
        "hired_on": date(2020, 1, 1),
        "left_on": None,
    }


def _roster() -> list[dict[str, Any]]:
    rows = []
    for number in range(7 * (WEEKS + 5)):
        day = FIRST + timedelta(days=number)
        for code in REVIEWERS:
            if is_working_day(day):
                is_ill = code == ILL and 0 <= (day - ILL_FROM).days < ILL_DAYS
                rows.append(_shift(code, day, "absent" if is_ill else "present", None))
        for agent in range(1, len(TEAMS) * AGENTS_EACH + 1):
            code, draw = f"A{agent:02}", Draw(SEED, "shift", agent, number)
            if (number + agent) % 7 < 5 and _is_employed(code, day):
                attendance = "leave" if draw.chance(0.03) else "absent" if draw.chance(0.02) else "present"
                minutes = 540 * draw.between(88, 99) // 100 if attendance == "present" else None
                rows.append(_shift(code, day, attendance, minutes))
    return rows


def _shift(code: str, day: date, attendance: str, minutes: int | None) -> dict[str, Any]:
    return {
        "staff_code": code,
        "shift_date": day,
        "starts_at": at(day, time(9)),
        "ends_at": at(day, time(18)),
        "attendance": attendance,
        "logged_in_minutes": minutes,
    }


def _is_employed(code: str, day: date) -> bool:
    return not (code == HIRED and day < HIRED_ON) and not (code == LEAVES and day > LEAVES_ON)


def work_of_quarter(company: Company) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Calls, cases and their events; what comes in late, complaints and whose work it is are noted in the company."""
    calls: list[dict[str, Any]] = []
    cases: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for agent in range(1, len(TEAMS) * AGENTS_EACH + 1):
        code = f"A{agent:02}"
        community = COMMUNITIES[(agent - 1) // (2 * AGENTS_EACH)]
        for number in range(7 * WEEKS):
            day, draw = FIRST + timedelta(days=number), Draw(SEED, "day", agent, number)
            if _is_employed(code, day) and (number + agent) % 7 < 5:
                _cases_of(draw, code, community, day, cases, events, company)
                _calls_of(draw, code, day, calls, company)
    return calls, cases, events


def _cases_of(
    draw: Draw, agent: str, community: str, day: date, cases: list[Any], events: list[Any], company: Company
) -> None:
    for number in range(draw.count(0.9)):
        code = f"G-{agent}-{day:%m%d}-{number}"
        opened = at(day, time(9)) + timedelta(minutes=draw.between(0, 200))
        closed = opened + timedelta(minutes=draw.between(30, 300))
        kind = "complaint" if draw.chance(COMPLAINTS) else "enquiry"
        row = {"case_code": code, "community_code": community, "kind": kind, "urgency": "ordinary", "opened_at": opened}
        cases.append(row | {"handler": agent, "channel": draw.pick(("电话", "微信", "到访")), "department": "客服部"})
        events.append({"case_code": code, "event_at": closed, "event": "closed", "staff_code": agent})
        if draw.chance(REOPENED):
            again = closed + timedelta(days=draw.between(0, 9), minutes=5)
            events.append({"case_code": code, "event_at": again, "event": "reopened", "staff_code": agent})
            end = again + timedelta(days=draw.between(0, 3), minutes=30)
            events.append({"case_code": code, "event_at": end, "event": "closed", "staff_code": agent})
        company.agents[code] = agent
        if kind == "complaint":
            company.complaints.add(code)


def _calls_of(draw: Draw, agent: str, day: date, calls: list[Any], company: Company) -> None:
    for number in range(draw.count(14 if agent in BUSY else 3.5)):
        code = f"{agent}-{day:%m%d}-{number:02}"
        started = at(day, time(9)) + timedelta(minutes=draw.between(0, 530))
        row = {
            "call_code": code,
            "started_at": started,
            "ended_at": started + timedelta(seconds=draw.between(20, 600)),
            "direction": "out" if draw.chance(0.3) else "in",
            "staff_code": agent,
            "queue_seconds": 5,
            "answered": not draw.chance(UNANSWERED),
        }
        company.agents[code] = agent
        if draw.chance(LATE_SHARE):
            monday = day + timedelta(days=7 - day.weekday())
            company.late.append((at(monday + timedelta(days=2), time(12)), row))
        else:
            calls.append(row)


def play(
    database: Database,
    company: Company,
    folder: Path,
    habits: Habits | None = None,
    *,
    weeks: int = WEEKS,
    after: int = 40,
) -> Played:
    """Plays the quarter and what follows until its last month is closed, and holds it against the recount.

    Args:
        database: holds the company.
        company: it.
        folder: for the files handed in.
        habits: of reviewers and agents.
        weeks: weeks drawn.
        after: days played after the last of them.
    """
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    with database.transaction() as tx:
        desk = review_desk_of_home(tx, SEED, habits)
    played = Played(Recount(), desk)
    waiting = sorted(company.late, key=lambda late: late[0])
    day, last = FIRST + timedelta(days=7), FIRST + timedelta(days=7 * weeks)
    while day < last + timedelta(days=after):
        if day.weekday() == 0 and day <= last:
            _run(run_steps, at(day, DRAWN_AT), played)
            _look_at_loads(database, day, played)
        waiting = load_late(database, waiting, at(day, time(13)))
        if is_working_day(day):
            _do_the_day(database, desk, inbox, day, played)
        day += timedelta(days=1)
    played.recount = recount(tables_of(database), known(company), plans())
    return played


def load_late(
    database: Database, waiting: list[tuple[datetime, dict[str, Any]]], until: datetime
) -> list[tuple[datetime, dict[str, Any]]]:
    """Loads what comes in late by an instant; returns the rest."""
    due = [row for when, row in waiting if when <= until]
    if due:
        with database.transaction() as tx:
            tx.execute(insert(T["calls"]), due)
    return waiting[len(due) :]


def _do_the_day(database: Database, desk: ReviewDesk, inbox: Path, day: date, played: Played) -> None:
    with database.transaction() as tx:
        desk.take_on(tx)
    if desk.hand_in(inbox, at(day, HANDED_IN_AT)):
        files = sorted(inbox.iterdir())
        load_files(files, Terms(as_of=at(day, HANDED_IN_AT), received_at=datetime.now(UTC)), with_retry=False)
        for file in files:
            file.unlink()
    _run(run_results, at(day, EVENING), played)
    with database.transaction() as tx:
        tell_scores(tx, at(day, EVENING))


def _run(pipeline: Any, as_of: datetime, played: Played) -> None:
    pipeline(as_of, with_mails=False)
    played.runs += 1
    if played.runs % AGAIN_EVERY == 0:
        played.written_again.update({name: n for name, n in pipeline(as_of, with_mails=False).items() if n})


def _look_at_loads(database: Database, day: date, played: Played) -> None:
    """Right after a draw, before anybody falls ill: those with as much room have as much to do."""
    with database.transaction() as tx:
        rows = tx.execute(
            text(
                "SELECT r.draw_code, r.staff_code, r.capacity, r.first_items + r.second_items AS load"
                " FROM quality_reviewers AS r INNER JOIN quality_draws AS d ON r.draw_code = d.draw_code"
                " WHERE d.drawn_at = :at"
            ),
            {"at": at(day, DRAWN_AT)},
        ).all()
    by_room: dict[tuple[str, int], dict[str, int]] = {}
    for row in rows:
        by_room.setdefault((row.draw_code, row.capacity), {})[row.staff_code] = row.load
    played.uneven += [(key, loads) for key, loads in by_room.items() if not at_most_one_apart(loads)]


def tables_of(database: Database) -> dict[str, list[Mapping[str, Any]]]:
    """The tables' rows."""
    with database.transaction("read") as tx:
        return {name: [dict(row) for row in tx.execute(text(f"SELECT * FROM {name}")).mappings()] for name in TABLES}


def known(company: Company) -> Known:
    """What no table says."""
    criteria = [Criterion(name, weight, critical, 80) for name, weight, critical in CRITERIA]  # type: ignore[arg-type]  # whole numbers

    def truth(kind: str, code: str) -> float:
        outcome = "complaint" if code in company.complaints else None
        return float(
            score_of(true_scores(SEED, work_of(kind, code, company.agents[code], outcome), criteria), criteria)
        )

    came = {row["call_code"]: when for when, row in company.late}
    return Known(team_of=team_of, came_in_at=came, served_from=FIRST, truth=truth)


def plans() -> Mapping[str, Any]:
    """The plans of the standard."""
    found: Mapping[str, Any] = json.loads((SHARED / "truth" / "aql_plans_gbt2828_iso2859.json").read_text())
    return found


def tables(played: Played) -> str:
    """What stands in docs/quality.md: weeks, coverage, lots, and what must be nought."""
    found = played.recount
    heads = ("population", "drawn", "random", "risk", "twice", "true mean", "mean", "low", "high")
    weeks: list[tuple[object, ...]] = [
        (week, *(row.get(head, "") for head in heads)) for week, row in sorted(found.weeks.items())
    ]
    covered: list[tuple[object, ...]] = [
        (scope, len(hits), sum(hits), f"{100 * sum(hits) / len(hits):.1f} %", least_hits(len(hits)))
        for scope, hits in sorted(found.covered.items())
    ]
    figures = dict(found.figures) | {
        "runs": played.runs,
        "scores handed in": played.desk.handed_in,
        "written by a second run": sum(played.written_again.values()),
        "draws with uneven loads": len(played.uneven),
        "seconds": round(played.seconds),
    }
    return "\n\n".join(
        (
            _table(("week", *heads), weeks),
            _table(("intervals of", "number", "held the truth", "share", "must be"), covered),
            _table(("lot", "number"), list(found.states.items())),
            _table(("figure", "number"), list(figures.items())),
        )
    )


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(f'{one:,}' if isinstance(one, int) else str(one) for one in row)} |" for row in rows]
    return "\n".join(lines)


def draws_only(database: Database, weeks: int, every: int) -> dict[str, list[tuple[Any, ...]]]:
    """Draws the weeks of the quarter by a run every so many weeks, the first and the last included.

    Returns:
        What must be the same however the runs lay: frames, strata and samples, without who scores them by when.
    """
    with database.transaction("owner") as tx:
        tx.execute(text(f"TRUNCATE {', '.join(DERIVED)} CASCADE"))
    for week in sorted({*range(1, weeks + 1, every), weeks}):
        run_steps(at(FIRST + timedelta(days=7 * week), DRAWN_AT), with_mails=False)
    queries = {
        "draws": "SELECT draw_code, frame_digest, frame_items, population, capacity, random_items, minimum_items,"
        " risk_items, double_items, top_up_items FROM quality_draws ORDER BY 1",
        "strata": "SELECT draw_code, stratum, population, random_items, minimum_items FROM quality_strata"
        " ORDER BY 1, 2",
        "samples": "SELECT sample_code, subject_code, stratum, reason, probability, is_risk FROM samples ORDER BY 1",
    }
    with database.transaction("read") as tx:
        return {name: [tuple(row) for row in tx.execute(text(query))] for name, query in queries.items()}
