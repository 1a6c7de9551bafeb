"""The rules in force: policies and ladders compiled when they change, and which communities are served from when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from guanjia.pipelines.overdue_escalations.clock import Compiled, Reach, compile_clock
from guanjia.settings import TIME_ZONE, business_setting
from guanjia.store.sql import execute


@dataclass(frozen=True)
class Progress:
    """How far deadlines are computed: the latest instant, and the digest of the policies they were computed from."""

    computed_to: datetime
    policy_digest: str


@dataclass(frozen=True)
class Budgets:
    """What policies say, as a digest, and their longest budgets with the longest offset of a ladder after them."""

    digest: str
    seconds: int
    days: int


@dataclass(frozen=True)
class Unusable:
    """A row of a policy dataset that cannot be carried out: dataset, code, column and what stands there."""

    dataset: str
    code: str
    found_in: str
    found: str


@dataclass(frozen=True)
class Served:
    """Communities whose cases are escalated.

    Attributes:
        changed: communities whose first day, office calendar or policy slot is not what the last run found.
        slots: communities with policies of their own, in the order of their slots.
        unserved: communities without ``live_from``.
    """

    changed: tuple[str, ...]
    slots: tuple[str, ...]
    unserved: tuple[str, ...]


def find_progress(transaction: Connection) -> Progress | None:
    """How far deadlines are computed; None before the first run."""
    row = execute(transaction, "overdue_escalations/find_progress").one_or_none()
    return None if row is None else Progress(row.computed_to, row.policy_digest)


def effective_as_of(transaction: Connection, as_of: datetime) -> datetime:
    """The instant a step works at: as_of, or the later one that deadlines are already computed for.

    What has been told cannot be untold, so time never runs backwards here: a run for an earlier instant than one
    already computed (a cleared run, a backfill, a second scheduler) works at the later instant and finds nothing to do.
    """
    progress = find_progress(transaction)
    return as_of if progress is None else max(as_of, progress.computed_to)


def find_budgets(transaction: Connection) -> Budgets:
    """What policies and ladders say now."""
    row = execute(transaction, "overdue_escalations/find_policy_digest").one()
    return Budgets(row.digest, row.budget_seconds, row.budget_days)


def compile_policies(transaction: Connection, slots: Sequence[str]) -> None:
    """Compile policies and ladders into the tables that deadlines are chosen from (ESC-01 to 09)."""
    execute(transaction, "overdue_escalations/clear_ladders")
    execute(transaction, "overdue_escalations/compile_ladders")
    execute(transaction, "overdue_escalations/clear_choices")
    execute(transaction, "overdue_escalations/compile_choices", slot_communities=list(slots))


def find_unusable(transaction: Connection) -> list[Unusable]:
    """Policies, steps and communities that name something which does not exist; they are left out, and reported."""
    found = execute(transaction, "overdue_escalations/find_unusable_policies")
    return [Unusable(row.dataset, row.code, row.found_in, row.found) for row in found]


def serve_communities(transaction: Connection, as_of: datetime, *, run_id: int) -> Served:
    """Which communities are served, from which day (pipelines 0.4), and what of that has changed.

    Args:
        transaction: open transaction.
        as_of: aware instant; the settings of its day hold.
        run_id: run that asks.

    Raises:
        SettingsError: a stored ``live_from`` is no date.
    """
    rows = execute(
        transaction, "overdue_escalations/find_served_communities", on_day=as_of.astimezone(TIME_ZONE).date()
    ).all()
    slots = tuple(row.community_code for row in rows if row.has_own_policies)
    wanted = {row.community_code: _wanted(row, slots) for row in rows if row.live_from is not None}
    known = {
        row.community_code: (row.known_live_from, row.known_working_calendar, row.known_policy_slot)
        for row in rows
        if row.known_live_from is not None
    }
    written = sorted(code for code, values in wanted.items() if known.get(code) != values)
    removed = sorted(set(known) - set(wanted))
    if written:
        execute(
            transaction,
            "overdue_escalations/write_served_communities",
            community_codes=written,
            live_from=[wanted[code][0] for code in written],
            working_calendars=[wanted[code][1] for code in written],
            policy_slots=[wanted[code][2] for code in written],
            run_id=run_id,
        )
    if removed:
        execute(transaction, "overdue_escalations/remove_served_communities", community_codes=removed)
    unserved = tuple(row.community_code for row in rows if row.live_from is None)
    return Served(tuple(sorted([*written, *removed])), slots, unserved)


def _wanted(row: Row[Any], slots: Sequence[str]) -> tuple[date, str, int]:
    live_from = business_setting("live_from").parse(row.live_from)
    assert isinstance(live_from, date)  # the setting's kind
    slot = slots.index(row.community_code) + 1 if row.has_own_policies else 0
    return live_from, row.working_calendar, slot


def bring_clock_up_to_date(
    transaction: Connection, earliest: datetime, latest: datetime, budgets: Budgets, *, run_id: int, anew: bool = False
) -> Compiled:
    """Compile the working clock if it does not reach from the earliest to the latest instant; see `compile_clock`."""
    reach = Reach(earliest, latest, budgets.seconds, budgets.days)
    return compile_clock(transaction, reach, run_id=run_id, anew=anew)
