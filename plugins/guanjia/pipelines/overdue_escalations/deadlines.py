"""Deadlines: computed for cases whose facts, rules or calendars have changed since the last run (ESC-01 to 08, 10)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from guanjia.pipelines.overdue_escalations import rules
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.runs import Run
from guanjia.store.sql import execute

SCOPE: Final = "overdue_escalations"
"""All steps of the pipeline hold this lock: two schedulers take turns."""


def compute_deadlines(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Bring deadlines up to as_of, touching only cases for which something has changed.

    Changed means: written since the last run (triggers keep a list), a fact that has become visible because as_of
    moved, a community that is served from another day or by another calendar, a policy, a calendar. A case that is
    looked at and comes out as before is not written.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant; facts after it are invisible.

    Returns:
        Counts of rows written: deadlines ``new``, ``changed`` and ``withdrawn``, escalations ``stood_down``.

    Raises:
        SettingsError: a stored ``live_from`` is no date.
        GuanjiaError: a calendar has too little working time.
    """
    lock_scope(transaction, SCOPE)
    run_id = run.run_id
    progress = rules.find_progress(transaction)
    at = as_of if progress is None else max(as_of, progress.computed_to)
    served = rules.serve_communities(transaction, at, run_id=run_id)
    budgets = rules.find_budgets(transaction)
    new_rules = progress is None or progress.policy_digest != budgets.digest
    first = None
    if progress is None:  # so that the clock is compiled once, not again for the cases found
        first = execute(transaction, "overdue_escalations/find_first_opening").scalar_one()
    compiled = rules.bring_clock_up_to_date(
        transaction, min(first or at, at), at, budgets, run_id=run_id, anew=new_rules
    )
    if new_rules or compiled.changed or served.changed:
        rules.compile_policies(transaction, served.slots)
    execute(transaction, "overdue_escalations/create_touched_cases")
    if progress is None:
        execute(transaction, "overdue_escalations/forget_changed_cases")
    else:
        _touch(transaction, progress, at, served, new_rules=new_rules, new_calendars=bool(compiled.changed))
    counts = dict.fromkeys(("new", "changed", "withdrawn", "stood_down"), 0)
    if progress is None or execute(transaction, "overdue_escalations/count_touched_cases").scalar_one():
        counts = _compute(transaction, at, budgets, everything=progress is None, run_id=run_id)
    if new_rules and progress is not None:
        execute(transaction, "overdue_escalations/look_at_all_ladders")
    execute(
        transaction, "overdue_escalations/note_progress", computed_to=at, policy_digest=budgets.digest, run_id=run_id
    )
    return counts


def _touch(
    transaction: Transaction,
    progress: rules.Progress,
    at: datetime,
    served: rules.Served,
    *,
    new_rules: bool,
    new_calendars: bool,
) -> None:
    execute(transaction, "overdue_escalations/take_changed_cases")
    if at > progress.computed_to:
        execute(transaction, "overdue_escalations/touch_new_facts", since=progress.computed_to, as_of=at)
    if served.changed:
        execute(transaction, "overdue_escalations/touch_communities", community_codes=list(served.changed))
    if new_rules:
        execute(transaction, "overdue_escalations/touch_open_deadlines")
    if new_calendars:
        execute(transaction, "overdue_escalations/touch_calendars")
    execute(transaction, "overdue_escalations/analyse_touched_cases")


def _compute(
    transaction: Transaction, at: datetime, budgets: rules.Budgets, *, everything: bool, run_id: int
) -> dict[str, int]:
    work_out_deadlines(transaction, at, budgets, everything=everything, run_id=run_id)
    return _keep(transaction, at, everything=everything, run_id=run_id)


def work_out_deadlines(
    transaction: Transaction, at: datetime, budgets: rules.Budgets, *, everything: bool, run_id: int
) -> None:
    """Work out the deadlines of all cases, or of the touched ones, into the temporary table ``computed_deadlines``.

    Args:
        transaction: open transaction; what is worked out lasts as long as it does.
        at: aware instant; facts after it are invisible.
        budgets: longest budgets, for the years the clock must cover.
        everything: all cases; else those in ``touched_cases``.
        run_id: run that compiles the clock anew, if that is needed.
    """
    if everything:
        execute(transaction, "overdue_escalations/widen_memory")
    chosen = "all" if everything else "touched"
    execute(transaction, f"overdue_escalations/choose_{chosen}_cases")
    execute(transaction, f"overdue_escalations/choose_{chosen}_events")
    execute(transaction, "overdue_escalations/gather_openings", as_of=at)
    execute(transaction, "overdue_escalations/gather_occasions", as_of=at)
    if execute(transaction, "overdue_escalations/find_chains").scalar_one():
        execute(transaction, "overdue_escalations/gather_chains")
    execute(transaction, "overdue_escalations/analyse_openings")
    bounds = execute(transaction, "overdue_escalations/find_bounds").one()
    if bounds.openings:
        earliest, latest = min(bounds.earliest, at), max(bounds.latest, at)
        rules.bring_clock_up_to_date(transaction, earliest, latest, budgets, run_id=run_id)
    execute(transaction, "overdue_escalations/compute_deadlines")
    execute(transaction, "overdue_escalations/extend_deadlines")


def _keep(transaction: Transaction, at: datetime, *, everything: bool, run_id: int) -> dict[str, int]:
    """Write what differs from what is kept; on the first run there is nothing to differ from."""
    execute(transaction, "overdue_escalations/view_judged_deadlines")
    counts = {"new": 0, "changed": 0, "withdrawn": 0, "stood_down": 0}
    if not everything:
        execute(transaction, "overdue_escalations/view_changed_deadlines")
        execute(transaction, "overdue_escalations/note_changed_deadlines", as_of=at, run_id=run_id)
        counts["changed"] = execute(transaction, "overdue_escalations/update_deadlines", run_id=run_id).rowcount
        withdrawn = execute(transaction, "overdue_escalations/withdraw_deadlines", as_of=at, run_id=run_id)
        counts["withdrawn"] = withdrawn.rowcount
        execute(transaction, "overdue_escalations/look_again")
        counts["stood_down"] = execute(transaction, "overdue_escalations/stand_down_escalations").rowcount
        execute(transaction, "overdue_escalations/close_cases")
    counts["new"] = execute(transaction, "overdue_escalations/insert_deadlines", run_id=run_id).rowcount
    execute(transaction, "overdue_escalations/insert_former_starts", run_id=run_id)
    execute(transaction, "overdue_escalations/open_cases")
    return counts
