"""The decision of a second person: once, on exactly what was shown, never by the one who brought it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection

from guanjia.domain.errors import GuanjiaError, NotPermitted
from guanjia.pipelines.confirm_changes.showing import Shown, read_change
from guanjia.settings import TIME_ZONE
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

Decision = Literal["confirm", "decline"]

_STATE_AFTER: dict[Decision, str] = {"confirm": "confirmed", "decline": "declined"}


@dataclass(frozen=True)
class Person:
    """Who decides.

    Attributes:
        login: name of the Airflow user.
        staff_code: code of the person in the staff register; blank: not in it.
    """

    login: str
    staff_code: str = ""

    @property
    def recorded_as(self) -> str:
        """What stands in the row: the staff code, else the login."""
        return self.staff_code or self.login


def find_person(transaction: Connection, login: str, *, on: date) -> Person:
    """The person behind an Airflow user: with the staff code of who has this login and is employed that day."""
    found = execute(transaction, "confirm_changes/find_person", login=login, on_day=on).scalar_one_or_none()
    return Person(login, str(found or ""))


def login_of(transaction: Connection, staff_code: str) -> str:
    """The Airflow user of a person; empty where the staff register names none."""
    return str(execute(transaction, "confirm_changes/find_login", staff_code=staff_code).scalar_one_or_none() or "")


def decide(
    transaction: Connection,
    change_code: str,
    decision: Decision,
    person: Person,
    *,
    shown_digest: str,
    decided_at: datetime,
    note: str = "",
) -> Shown:
    """Confirm a change, which applies it in the same transaction, or decline it.

    Args:
        transaction: open transaction.
        change_code: the change.
        decision: confirm or decline.
        person: who decides; authenticated by the caller.
        shown_digest: digest of what the person was shown.
        decided_at: wall clock; aware.
        note: why, where it is declined.

    Returns:
        The change as it is now. The same decision again changes nothing.

    Raises:
        UnknownName: there is no such change.
        NotPermitted: the person brought the change.
        GuanjiaError: it was decided otherwise, replaced by a later one, or its rows are not those that were shown.
    """
    lock_scope(transaction, f"change/{change_code}")
    found = read_change(transaction, change_code)
    if found.state == _STATE_AFTER[decision]:
        return found
    if found.state != "pending":
        who = f" by {found.decided_by}" if found.decided_by else ""
        raise GuanjiaError(f"Change {change_code} is {found.state}{who}; nothing was changed.")
    if found.proposed_by and found.proposed_by in (person.login, person.staff_code):
        raise NotPermitted(
            f"Change {change_code} was brought by {found.proposed_by}: somebody else has to decide on it. "
            "Nothing was changed."
        )
    if shown_digest != found.digest:
        raise GuanjiaError(
            f"Change {change_code} is not what was shown any more; look at it again, then decide. Nothing was changed."
        )
    _apply(transaction, found, decision, person, decided_at, note)
    return read_change(transaction, change_code)


def _apply(
    transaction: Connection, shown: Shown, decision: Decision, person: Person, decided_at: datetime, note: str
) -> None:
    from guanjia.pipelines.intake import changes

    if decision == "confirm":
        changes.confirm(
            transaction,
            shown.change_code,
            decided_by=person.recorded_as,
            logins=[name for name in (person.login, person.staff_code) if name],
            as_of=decided_at.astimezone(TIME_ZONE),
            at=decided_at,
        )
    else:
        changes.decline(transaction, shown.change_code, decided_by=person.recorded_as, reason=note, at=decided_at)
