"""Months of daily runs in a test: plan, walk, hand in; and the recount of what came of it, from exports only."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import insert

from guanjia.cli import main
from guanjia.pipelines.intake.batches import load_files
from guanjia.pipelines.intake.loading import Terms
from guanjia.pipelines.vacancy_inspections.running import run_steps
from guanjia.sample.inspectors import Habits
from guanjia.sample.rounds import Rounds, rounds_of_home
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from tests.conftest import SHARED, Database
from tests.support.inspection_recount import (
    PLANNED,
    REGISTERS,
    Month,
    Registers,
    compare_fit_outs,
    compare_spot_checks,
    compare_vacancies,
    days,
    month_end,
    recount_month,
    recount_plan,
    rows_of,
)

OFFICE_REGISTERS = SHARED / "data" / "registers"
MORNING, EVENING = time(6, 0), time(20, 0)
DERIVED = (
    "TRUNCATE vacancy_registrations, vacancy_reminders, vacancy_grounds, vacancies, vacancy_use, weather_events, "
    "inspections, inspection_lists, inspection_visits, inspection_remarks, inspection_progress, vacancy_progress, "
    "inspection_results CASCADE"
)


@dataclass
class Played:
    """What months of daily runs gave."""

    months: list[Month] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    runs: int = 0
    results: int = 0

    def all_faults(self) -> list[str]:
        """Everything the recount holds against the plan."""
        return [f"{month.month}: {fault}" for month in self.months for fault in month.faults] + self.faults


def at(day: date, clock: time = MORNING) -> datetime:
    """An instant of a day in Asia/Shanghai."""
    return datetime.combine(day, clock, TIME_ZONE)


def load(paths: Sequence[Path], as_of: datetime) -> None:
    """Takes files in as the owner of the home gives them."""
    load_files(paths, Terms(as_of=as_of, received_at=datetime.now(UTC)), with_retry=False)


def load_office(database: Database) -> None:
    """The registers of one office, served from 1 September 2026."""
    with contextlib.redirect_stdout(io.StringIO()):
        main(["load", str(OFFICE_REGISTERS), "--as-of", "2026-11-20T11:30"])
    with database.transaction() as tx:
        tx.execute(insert(metadata.tables["settings"]).values(setting="live_from", value="2026-09-01"))


def export(names: Sequence[str], folder: Path) -> None:
    """Writes datasets as CSV with the command."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        assert main(["export", name, "--to", str(folder / f"{name}.csv")]) == 0


def play(first: date, last: date, folder: Path, habits: Habits | None = None, *, has_repairs: bool = False) -> Played:
    """Runs every day and holds what came of it against the registers.

    Args:
        first: first day run; the first day anybody is served.
        last: last day run, the last of a month; the run of the day after ends the months.
        folder: for the exports.
        habits: how often what happens to inspectors.
        has_repairs: technicians work on the cases opened.
    """
    export(REGISTERS, folder)
    registers, played = Registers(folder), Played()
    rounds, inbox = rounds_of_home(1, habits), folder / "inbox"
    inbox.mkdir()
    plans: dict[str, Path] = {}
    for day in days(first, last):
        run_steps(at(day), with_mails=False)
        played.runs += 1
        if day == first or day.day == 1:
            plans[f"{day:%Y-%m}"] = folder / f"plan-{day:%Y-%m}"
            export(["inspections"], plans[f"{day:%Y-%m}"])
        _do_the_day(rounds, inbox, day, played, has_repairs=has_repairs)
    run_steps(at(last + timedelta(1)), with_mails=False)  # takes the last day's results, and ends its month
    export(PLANNED, folder)
    inspections = rows_of(folder / "inspections.csv")
    plans[f"{last + timedelta(1):%Y-%m}"] = folder
    for (month, planned), (_next_month, afterwards) in pairwise(plans.items()):
        begin = date.fromisoformat(f"{month}-01")
        found = recount_month(registers, inspections, begin, min(month_end(begin), last))
        recount_plan(registers, rows_of(planned / "inspections.csv"), max(begin, first), found)
        played.months.append(found)
        played.faults += compare_spot_checks(rows_of(afterwards / "inspections.csv"), month)
    played.faults += compare_fit_outs(registers, inspections, last)
    played.faults += compare_vacancies(registers, rows_of(folder / "vacancies.csv"), last)
    return played


def _do_the_day(rounds: Rounds, inbox: Path, day: date, played: Played, *, has_repairs: bool) -> None:
    before = len(rounds.results)
    rounds.walk(day)
    played.results += len(rounds.results) - before
    if has_repairs:
        rounds.repair()
    rounds.hand_in(inbox, at(day, EVENING))
    files = sorted(inbox.iterdir())
    if files:
        load(files, at(day, EVENING))
    for file in files:
        file.unlink()


def table(played: Played) -> str:
    """The months as a table for the documentation."""
    heads = (
        "month",
        "vacant units",
        "basements",
        "planned, once each",
        "inspectors",
        "inspector-days",
        "a day when planned",
        "uneven by",
        "most a day",
        "done",
        "not entered",
        "missed",
        "cancelled",
        "coverage",
        "entered",
    )
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for month in played.months:
        low, high = month.load
        cells = (
            month.month,
            f"{month.vacant:,}",
            f"{month.basements:,}",
            f"{month.planned:,}",
            f"{month.inspectors:,}",
            f"{month.slots:,}",
            f"{low}–{high}",
            f"{month.widest}",
            f"{month.busiest}",
            f"{month.states['done']:,}",
            f"{month.states['not_entered']:,}",
            f"{month.states['missed']:,}",
            f"{month.states['cancelled']:,}",
            f"{100 * month.visited / month.to_visit:.2f} %",
            f"{100 * month.states['done'] / month.to_visit:.2f} %",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def picture(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """What must be the same however the runs lay: plans, vacancy and judgements, without the instants of the runs.

    Lists are made for the day of a run only, and so is the remark that nobody is there to take one.
    """
    queries = {
        "inspections": "SELECT inspection_code, plan, period, occasion, community_code, unit_code, staff_code, due_on, "
        "state, planned_on, checklist, stages, checks_code, cancelled_reason FROM inspections ORDER BY 1",
        "vacancies": "SELECT community_code, unit_code, reason, start_date, end_date, application_code FROM vacancies "
        "ORDER BY 1, 2, 4",
        "vacancy_registrations": "SELECT application_code, state, reason, overlaps_code, first_day, last_day, "
        "case_code FROM vacancy_registrations ORDER BY 1",
        "vacancy_use": "SELECT application_code, period, water_use, electricity_use, is_occupied FROM vacancy_use "
        "ORDER BY 1, 2",
        "inspection_remarks": "SELECT kind, subject FROM inspection_remarks WHERE kind <> 'nobody_there' ORDER BY 1, 2",
    }
    with database.transaction("read") as tx:
        return {name: [tuple(row) for row in tx.exec_driver_sql(query)] for name, query in queries.items()}


def forget(database: Database) -> None:
    """Takes back everything the pipeline has derived, and the results."""
    with database.transaction("owner") as tx:
        tx.exec_driver_sql(DERIVED)
        tx.exec_driver_sql("DELETE FROM meter_readings WHERE loaded_from IS NULL")
        tx.exec_driver_sql("DELETE FROM cases WHERE case_code LIKE 'GJ-%%'")


def some_days(first: date, last: date, step: int) -> list[date]:
    """The first and last day, and every so many days between."""
    found = [day for number, day in enumerate(days(first, last)) if number % step == 0]
    return [*found, *([] if found[-1] == last else [last])]


def year(number: int) -> tuple[date, date]:
    """First and last day of a year."""
    return date(number, 1, 1), date(number + 1, 1, 1) - timedelta(1)
