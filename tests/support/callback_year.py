"""Months of callbacks in a test: plan, call, hand in, day by day; and the recount of what came of it."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from guanjia.cli import main
from guanjia.pipelines.intake.batches import load_files
from guanjia.pipelines.intake.loading import Terms
from guanjia.pipelines.scheduled_callbacks.running import run_results, run_steps
from guanjia.sample.agents import Habits
from guanjia.sample.callback_desk import Desk, desk_of_home
from guanjia.sample.generator import Wish
from guanjia.sample.output import write
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.support.callback_recount import STATES, Recount, recount
from tests.support.callback_registers import DERIVED, REGISTERS, Registers
from tests.support.inspection_year import some_days

DATASETS = (
    "communities",
    "buildings",
    "units",
    "customers",
    "occupancies",
    "staff",
    "roster",
    "report_recipients",
    "cases",
    "case_events",
    "paid_services",
    "calls",
    "settings",
)
PLANNED_AT, LATE_MORNING, HANDED_IN_AT, EVENING = time(7), time(8, 30), time(20, 30), time(21)
AGAIN_EVERY = 20
"""Every so many days the runs are made twice: the second time nothing may be written."""

FORGET = (
    "TRUNCATE callback_attempts, callback_conflicts, callback_bad_numbers, callback_cases, callback_lists, "
    "callback_warnings, callback_days, callback_remarks, callback_progress, community_events, dropped_prospects, "
    "callback_contacts, callbacks, callback_results CASCADE"
)


@dataclass
class Played:
    """What months of daily runs gave."""

    recount: Recount
    desk: Desk
    runs: int = 0
    seconds: float = 0.0
    written_again: Counter[str] = field(default_factory=Counter)
    """What a second run for the same instant wrote."""
    called_away: int = 0


def at(on: date, clock: time = PLANNED_AT) -> datetime:
    """An instant of a day in Asia/Shanghai."""
    return datetime.combine(on, clock, TIME_ZONE)


def load_company(folder: Path, wish: Wish) -> None:
    """A sample company's registers, cases and calls, taken in; its money and meters are left out."""
    write(wish, folder)
    paths = sorted(path for path in folder.rglob("*.csv") if path.stem in DATASETS)
    load_files(paths, Terms(as_of=wish.until, received_at=datetime.now(UTC)), with_retry=False)


def export(names: tuple[str, ...], folder: Path) -> Path:
    """Writes datasets as CSV with the command."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.redirect_stdout(io.StringIO()):
        for name in names:
            assert main(["export", name, "--to", str(folder / f"{name}.csv")]) == 0
    return folder


def play(first: date, last: date, folder: Path, habits: Habits | None = None, *, seed: int = 1) -> Played:
    """Runs every day and holds what came of it against the registers.

    Args:
        first: first day run; the first day anybody is served.
        last: last day run.
        folder: for the files handed in and the exports.
        habits: how often what happens to agents.
        seed: another seed, other events.
    """
    desk, inbox = desk_of_home(seed, habits), folder / "inbox"
    inbox.mkdir(parents=True)
    played = Played(Recount(at(last)), desk)
    for number, day in enumerate(some_days(first, last, 1)):
        _do_the_day(desk, inbox, day, played, is_repeated=number % AGAIN_EVERY == AGAIN_EVERY - 1)
    run_results(at(last, EVENING), with_mails=False)
    played.recount = recount(Registers(export((*REGISTERS, *DERIVED), folder / "exports")), at(last))
    return played


def _do_the_day(desk: Desk, inbox: Path, day: date, played: Played, *, is_repeated: bool) -> None:
    _run(run_steps, at(day), played, is_repeated=is_repeated)
    away = desk.call_away(day, inbox)
    if away:
        played.called_away += away
        _take_in(inbox, at(day, LATE_MORNING))
        _run(run_results, at(day, LATE_MORNING), played, is_repeated=is_repeated)
    desk.call(day)
    if desk.hand_in(inbox, at(day, HANDED_IN_AT)):
        _take_in(inbox, at(day, HANDED_IN_AT))
    _run(run_results, at(day, EVENING), played, is_repeated=is_repeated)


def _run(pipeline: object, as_of: datetime, played: Played, *, is_repeated: bool) -> None:
    assert callable(pipeline)
    pipeline(as_of, with_mails=False)
    played.runs += 1
    if is_repeated:
        played.written_again.update(pipeline(as_of, with_mails=False))


def _take_in(inbox: Path, as_of: datetime) -> None:
    files = sorted(inbox.iterdir())
    load_files(files, Terms(as_of=as_of, received_at=datetime.now(UTC)), with_retry=True)
    for file in files:
        file.unlink()


def tables(played: Played) -> str:
    """What stands in docs/callbacks.md: by rule, by month, why not, and what must be nought."""
    found = played.recount
    return "\n\n".join((_by_rule(found), _by_month(found), _reasons(found), _figures(played)))


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(f'{one:,}' if isinstance(one, int) else str(one) for one in row)} |" for row in rows]
    return "\n".join(lines)


def _by_rule(found: Recount) -> str:
    rows: list[tuple[object, ...]] = [
        (rule, sum(counts.values()), *(counts[state] for state in STATES))
        for rule, counts in sorted(found.by_rule.items())
    ]
    total = Counter[str]()
    for counts in found.by_rule.values():
        total.update(counts)
    rows.append(("**all**", sum(total.values()), *(total[state] for state in STATES)))
    return _table(("rule", "due", *STATES[:-1], "still open"), rows)


def _by_month(found: Recount) -> str:
    names = ("contacts", "callbacks", "reached", "unreached", "window missed", "lines", "tries")
    heads = ("month", "contacts due", "callbacks", "reached", "unreached", "window missed", "list lines", "tries")
    return _table(
        heads, [(month, *(counts[name] for name in names)) for month, counts in sorted(found.by_month.items())]
    )


def _reasons(found: Recount) -> str:
    rows: list[tuple[object, ...]] = [("cancelled", why, number) for why, number in found.why_cancelled.most_common()]
    rows += [("window missed", why, number) for why, number in found.why_missed.most_common()]
    return _table(("contacts", "because", "number"), rows)


def _figures(played: Played) -> str:
    found = played.recount
    figures: dict[str, int] = dict(found.figures) | {
        "runs": played.runs,
        "tries made": played.desk.tries,
        "written down wrong on purpose": len(played.desk.slips),
        "handed in late": len(played.desk.late),
        "called away in the morning": played.called_away,
        "written by a second run": sum(played.written_again.values()),
        "seconds": round(played.seconds),
    }
    return _table(("figure", "number"), list(figures.items()))


def picture(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """What must be the same however the runs lay: contacts and callbacks, without the instants of the runs."""
    queries = {
        "callback_contacts": "SELECT rule_code, subject, occasion, customer_code, triggered_at, not_before, due_by, "
        "priority, channel, channel_reason, state, callback_code, closed_reason, satisfied_by, missed_reason "
        "FROM callback_contacts ORDER BY 1, 2, 3",
        "callbacks": "SELECT callback_code, rules, customer_code, case_codes, community_code, not_before, due_by, "
        "state, channel, planned_on, priority, max_attempts, closed_reason FROM callbacks ORDER BY 1",
        "dropped_prospects": "SELECT customer_code, dropped_on, reason FROM dropped_prospects ORDER BY 1, 2",
        "community_events": "SELECT event_code, event_on, announce_on, remind_on, state, reason FROM community_events "
        "ORDER BY 1",
    }
    with database.transaction("read") as tx:
        return {name: [tuple(row) for row in tx.exec_driver_sql(query)] for name, query in queries.items()}


def forget(database: Database) -> None:
    """Takes back everything the pipeline has derived, and the results; all cases are to be looked at anew."""
    with database.transaction("owner") as tx:
        tx.exec_driver_sql(FORGET)
        tx.exec_driver_sql("DELETE FROM cases WHERE case_code LIKE 'GJ-%%'")
