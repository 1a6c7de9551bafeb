"""Doctor's checks of callbacks: rules that can be followed, agents to call, whom lists and warnings reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Row

from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.pipelines.scheduled_callbacks.remark_words import FAULTS
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import transaction
from guanjia.store.sql import execute

DAYS_WAITING: Final = 3
"""Calls that wait for more than so many days of what the agents can make will miss their windows."""


def check_rules(patient: Patient) -> Iterable[Finding]:
    """There are rules in force, and each of them can be followed."""
    tr, means = patient.tr, _means(patient)
    with transaction("read") as tx:
        unusable = execute(tx, "scheduled_callbacks/list_unusable_rules").all()
    if not means.rules_enabled:
        yield problem(
            "callback_rules",
            tr("No callback rule is in force, so nobody is called back."),
            tr("Load callback_rules with enabled = yes (inbox/restricted) and confirm the change."),
        )
    for rule in unusable:
        fault = tr(FAULTS[rule.fault]) if rule.fault in FAULTS else rule.fault
        yield warning(
            "callback_rules",
            tr("Callback rule {rule} is left out: {fault}.", rule=rule.rule_code, fault=fault),
            tr("Correct the rule in callback_rules and confirm the change; until then it makes nothing due."),
        )
    if means.rules_enabled and not unusable:
        yield ok("callback_rules", tr("Every callback rule in force can be followed."))


def check_agents(patient: Patient) -> Iterable[Finding]:
    """Every community served has agents, they have addresses, and the month has a roster."""
    tr, today = patient.tr, patient.now.astimezone(TIME_ZONE).date()
    with transaction("read") as tx:
        alone = list(execute(tx, "doctor/find_uncalled_communities", on_day=today).scalars())
        silent = list(execute(tx, "doctor/find_unreachable_agents", on_day=today).scalars())
    means = _means(patient)
    if alone:
        yield warning(
            "callback_agents",
            tr("Nobody calls the customers of {codes} back.", codes=listed(alone)),
            tr("Enter an agent in the staff register, for the community or (community blank) for all of them."),
        )
    if silent:
        yield warning(
            "callback_agents",
            tr(
                "These agents have no mail address, so their team leader gets their lists: {codes}.",
                codes=listed(silent),
            ),
            tr("Complete the staff register."),
        )
    if means.agents and not means.rostered:
        yield warning(
            "callback_agents",
            tr("No agent is on this month's roster, so every agent employed counts as there all day."),
            tr("Load the roster of the month."),
        )
    if not alone and not silent and (means.rostered or not means.agents):
        yield ok("callback_agents", tr("Callbacks have agents, a roster, and lists that reach them."))


def check_readers(patient: Patient) -> Iterable[Finding]:
    """Somebody reads the warnings, and no more waits than can be called."""
    tr, means = patient.tr, _means(patient)
    if not means.subscribers:
        yield warning(
            "callback_readers",
            tr("Nobody is subscribed to callback_list; warnings go to team leaders alone."),
            tr("Load report_recipients with report = callback_list (inbox/restricted)."),
        )
    if means.capacity and means.waiting > DAYS_WAITING * means.capacity:
        yield warning(
            "callback_waiting",
            tr(
                "{waiting} calls wait, and the agents can make {capacity} a day: windows will be missed.",
                waiting=means.waiting,
                capacity=means.capacity,
            ),
            tr("Lend agents, add shifts to the roster, or raise callbacks_per_day."),
        )
    if means.unreachable:
        yield ok(
            "callback_readers",
            tr.ngettext(
                "{n} customer has neither telephone nor mail address and goes to the manager's list.",
                "{n} customers have neither telephone nor mail address and go to the manager's list.",
                means.unreachable,
            ),
        )


def _means(patient: Patient) -> Row[Any]:
    today = patient.now.astimezone(TIME_ZONE).date()
    with transaction("read") as tx:
        return execute(tx, "doctor/count_callback_means", on_day=today).one()


CHECKS: list[tuple[str, Check]] = [
    ("callback_rules", check_rules),
    ("callback_agents", check_agents),
    ("callback_readers", check_readers),
]
