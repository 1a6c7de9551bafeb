"""Who may score what: never one's own work, nor that of one's own team, of the day of the item or of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

Bar = Literal["oneself", "own_team"]
"""Why somebody may not score an item."""


@dataclass(frozen=True)
class Item:
    """What of an item decides who may score it.

    Attributes:
        staff_code: agent.
        team_code: team of the agent on the day of the item; None: none.
        department: department of the agent; None: not known.
        day: day of the item, in Asia/Shanghai.
    """

    staff_code: str
    team_code: str | None
    department: str | None
    day: date


@dataclass(frozen=True)
class Person:
    """Somebody who scores.

    Attributes:
        staff_code: who.
        department: department; None: not known.
        teams: teams the person has been in, each with its first and last day, inclusive.
    """

    staff_code: str
    department: str | None
    teams: tuple[tuple[str, date, date], ...] = ()

    def was_in(self, team_code: str, day: date) -> bool:
        """Whether the person belonged to a team on a day."""
        return any(team == team_code and first <= day <= last for team, first, last in self.teams)

    def barred_from(self, item: Item, today: date) -> Bar | None:
        """Why the person may not score an item; None: may.

        Args:
            item: the item.
            today: day of the assignment; who has joined the agent's team since is of one's own team, too.
        """
        if self.staff_code == item.staff_code:
            return "oneself"
        if item.team_code and (self.was_in(item.team_code, item.day) or self.was_in(item.team_code, today)):
            return "own_team"
        return None

    def is_colleague_of(self, item: Item) -> bool:
        """Whether both belong to one department: allowed, yet the last choice (QC-05)."""
        return bool(item.department) and self.department == item.department


def people_of(transaction: Transaction, staff_codes: Iterable[str]) -> dict[str, Person]:
    """Some people with their departments and teams, by staff code.

    Args:
        transaction: open transaction with the temporary table ``staff_teams``.
        staff_codes: who.
    """
    found: dict[str, Person] = {}
    rows = execute(transaction, "quality_sampling/list_reviewer_teams", staff_codes=sorted(staff_codes))
    for row in rows:
        before = found.get(row.staff_code, Person(row.staff_code, row.department))
        team = () if row.team_code is None else ((row.team_code, row.first_day, row.last_day),)
        found[row.staff_code] = Person(row.staff_code, row.department, (*before.teams, *team))
    return found


Tiers = tuple[frozenset[str], ...]
"""Who may, best first: people of another department, then of the agent's own."""


def tiers_of(item: Item, people: Mapping[str, Person], today: date) -> Tiers:
    """Who of some people may score an item: those of another department first, then colleagues of the same one."""
    may = [person for person in people.values() if person.barred_from(item, today) is None]
    others = frozenset(person.staff_code for person in may if not person.is_colleague_of(item))
    return others, frozenset(person.staff_code for person in may) - others


def without(tiers: Tiers, staff_code: str) -> Tiers:
    """The same people but one, who scores the item already."""
    return tuple(tier - {staff_code} for tier in tiers)
