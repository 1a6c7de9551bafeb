"""Who may decide on billing runs, who asked for them, and how to write to both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from guanjia.domain.errors import NotPermitted
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.runs import BillingRun
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.sql import execute

BILLING_INPUTS: Final = (
    "cases",
    "case_events",
    "communities",
    "contracts",
    "customers",
    "deposit_events",
    "meter_readings",
    "meters",
    "occupancies",
    "opening_balances",
    "paid_services",
    "settings",
    "tariffs",
    "unit_versions",
    "units",
    "vacancy_applications",
)
"""Datasets whose rows end up on bills."""


@dataclass(frozen=True)
class Approver:
    """Somebody whom the setting `billing_approvers` names.

    Attributes:
        named: the name in the setting: Airflow user or staff code.
        login: Airflow user; None: none in the staff register.
        staff_code: staff code; None: not in the staff register.
        staff_name: name, unmasked; blank: not known.
        email: mail address; None: none.
        language: of their mails, zh or en.
    """

    named: str
    login: str | None
    staff_code: str | None
    staff_name: str = ""
    email: str | None = None
    language: str = "zh"

    @property
    def names(self) -> set[str]:
        """All they are known by."""
        return {name for name in (self.named, self.login, self.staff_code) if name}


def approvers(transaction: Connection, on: date) -> list[Approver]:
    """Those whom the setting names, once each, in the order of the setting; an unknown name stands for a login."""
    named = required_setting(transaction, "billing_approvers", on)
    names = [str(name) for name in named] if isinstance(named, tuple) else []
    people = _people(transaction, names, on)
    found: dict[str, Approver] = {}
    for name in names:
        theirs = [each for each in people if name in each.names] or [Approver(name, name, None)]
        for each in theirs:
            found.setdefault(each.staff_code or each.login or name, each)
    return list(found.values())


def eligible_approvers(transaction: Connection, run: BillingRun, on: date) -> list[Approver]:
    """The approvers who may decide on this run: all but who asked for it."""
    own = names_of(transaction, run.requested_by, on)
    return [each for each in approvers(transaction, on) if not each.names & own]


def names_of(transaction: Connection, name: str | None, on: date) -> set[str]:
    """A person's login and staff code, given one of them; nobody's are none."""
    if not name:
        return set()
    return {name}.union(*(each.names for each in _people(transaction, [name], on)))


def names_of_person(transaction: Connection, person: Person, on: date) -> set[str]:
    """All an authenticated person is known by."""
    known = [name for name in (person.login, person.staff_code) if name]
    return set().union(*(names_of(transaction, name, on) for name in known))


def check_may_close(transaction: Connection, person: Person, at: datetime) -> None:
    """A month is closed by one of those who answer for its bills; what was closed by mistake cannot be opened again.

    Args:
        transaction: open transaction.
        person: who closes, authenticated by the caller.
        at: aware instant of it.

    Raises:
        NotPermitted: the person is no approver of billing runs.
    """
    on = at.astimezone(TIME_ZONE).date()
    names = names_of_person(transaction, person, on)
    if not any(each.names & names for each in approvers(transaction, on)):
        raise NotPermitted(
            f"{person.recorded_as} is not among those who may close a month (setting billing_approvers). "
            "Nothing was changed."
        )


def requester(transaction: Connection, run: BillingRun, on: date) -> Approver | None:
    """Who asked for a run, with their address; None: nobody of the staff register."""
    people = _people(transaction, [run.requested_by], on) if run.requested_by else []
    return people[0] if people else None


def input_bringer(transaction: Connection, community: str, as_of: datetime, after_run: int | None = None) -> str | None:
    """Who last changed a community's billing inputs by hand since its last posted run; None: nobody did.

    Args:
        transaction: open transaction.
        community: community.
        as_of: aware; files judged later are not looked at.
        after_run: only what was received after this run of a pipeline had begun; None: all.
    """
    found = execute(
        transaction,
        "fee_billing/find_input_bringer",
        community_code=community,
        datasets=list(BILLING_INPUTS),
        as_of=as_of,
        after_run=after_run,
    ).scalar_one_or_none()
    return None if found is None else str(found)


def is_staff_login(transaction: Connection, login: str, as_of: datetime) -> bool:
    """Whether somebody of the staff has this Airflow user."""
    people = _people(transaction, [login], as_of.astimezone(TIME_ZONE).date())
    return any(each.login == login for each in people)


def _people(transaction: Connection, names: list[str], on: date) -> list[Approver]:
    if not names:
        return []
    rows = execute(transaction, "fee_billing/find_approvers", names=names, on_day=on)
    return [
        Approver(
            next((name for name in names if name in (row.login, row.staff_code)), row.staff_code),
            row.login,
            row.staff_code,
            row.staff_name,
            row.email,
            row.language,
        )
        for row in rows
    ]
