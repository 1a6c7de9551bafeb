"""Who is told of the quality check: agents of themselves, leaders of their team, heads and managers of their scope.

A reader's scope is decided here and nowhere else: whatever a mail shows went through `Scope.sees`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.logs import get_logger
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.people import post_holders
from guanjia.store.sql import execute

COMPANY: Final = "company"
LIST_NAME: Final = "quality"

Team = tuple[str, str]
"""A team and its community; people without a team are one in each community."""

_log = get_logger(__name__)


@dataclass(frozen=True)
class Scope:
    """What a reader may see: everything, some communities, or some teams.

    Attributes:
        is_all: the whole company.
        communities: codes of communities.
        teams: team and community; an empty team code is those without a team there.
    """

    is_all: bool = False
    communities: frozenset[str] = frozenset()
    teams: frozenset[Team] = frozenset()

    def sees(self, team_code: str | None, community_code: str | None) -> bool:
        """Whether something of a team and community may be shown."""
        if self.is_all or (community_code or "") in self.communities:
            return True
        if team_code:
            return any(team == team_code for team, _community in self.teams)
        return ("", community_code or "") in self.teams

    def joined(self, other: Scope) -> Scope:
        """What somebody with both may see."""
        return Scope(self.is_all or other.is_all, self.communities | other.communities, self.teams | other.teams)

    @property
    def name(self) -> str:
        """For the key of a mail: ``company``, or its communities and teams."""
        if self.is_all:
            return COMPANY
        return ",".join([*sorted(self.communities), *sorted(team or f"{place}-" for team, place in self.teams)])


class Readers:
    """The people of the quality check, as of an instant.

    Attributes:
        staff: staff number → row of the register (``list_mail_people``), those who left included.
        places: community → its name.
    """

    def __init__(self, transaction: Transaction, at: datetime) -> None:
        day = day_of(at)
        self.staff: dict[str, Row[Any]] = {
            row.staff_code: row for row in execute(transaction, "quality_sampling/list_mail_people", on_day=day)
        }
        places = execute(transaction, "quality_sampling/list_community_names").all()
        self.places: dict[str, str] = {row.community_code: row.community_name for row in places}
        self._regions: dict[str, str | None] = {row.community_code: row.region for row in places}
        self._known: dict[str, Addressee] = {}
        self._head_role = str(required_setting(transaction, "quality_head_role", day))
        asked = [(code, role) for code in (COMPANY, *self.places) for role in (self._head_role, "general_manager")]
        self._holders = post_holders(transaction, asked, at, must_have_address=True)
        self._subscribers = execute(transaction, "quality_sampling/list_month_subscribers").all()
        self._leaders: dict[Team, list[Addressee]] = defaultdict(list)
        for row in self.staff.values():
            if row.role == "team_leader" and row.is_employed and row.email:
                self._leaders[row.team_code or "", "" if row.team_code else row.community_code or ""].append(
                    self._of(row)
                )

    # -- one person ---------------------------------------------------------------------------------------------------

    def person(self, email: str, name: str, language: str) -> Addressee:
        """The addressee of an address; the same one however it is written and however often it comes up."""
        return self._known.setdefault(email.strip().casefold(), Addressee(email, name, language))

    def member(self, staff_code: str | None) -> Addressee | None:
        """A member of staff who is employed and has an address."""
        row = self.staff.get(staff_code or "")
        return self._of(row) if row is not None and row.email and row.is_employed else None

    def is_employed(self, staff_code: str) -> bool:
        """Whether somebody has not left."""
        row = self.staff.get(staff_code)
        return row is not None and bool(row.is_employed)

    def name(self, staff_code: str | None) -> str:
        """Name of a member of staff, for colleagues; the number where the register has none."""
        row = self.staff.get(staff_code or "")
        return str(row.staff_name) if row is not None else staff_code or "–"

    # -- posts --------------------------------------------------------------------------------------------------------

    def leaders(self, team_code: str | None, community_code: str | None) -> list[Addressee]:
        """The leaders of a team; of people without one, the leaders without one in that community; else the head."""
        key = (team_code or "", "" if team_code else community_code or "")
        return self._leaders.get(key) or self.heads(community_code)

    def heads(self, community_code: str | None = None) -> list[Addressee]:
        """The head of a community, else the company's; where there is one community alone, that one's; else the general
        manager."""
        only = next(iter(self.places)) if len(self.places) == 1 else None
        for role in (self._head_role, "general_manager"):
            for code in dict.fromkeys((community_code or COMPANY, COMPANY, only or COMPANY)):
                found = self._holders.get((code, role))
                if found is not None:
                    return [self.person(found.email or "", found.staff_name, found.language)]
        return []

    def leaders_by_scope(self) -> dict[Addressee, Scope]:
        """Everybody who leads: team leaders with their team, heads with their community, the company's with all."""
        found: dict[Addressee, Scope] = {}
        for (team, community), people in self._leaders.items():
            for who in people:
                _widen(found, who, Scope(teams=frozenset({(team, community)})))
        for code in self.places:
            holder = self._holders.get((code, self._head_role))
            if holder is not None and self.staff[holder.staff_code].community_code == code:
                who = self.person(holder.email or "", holder.staff_name, holder.language)
                _widen(found, who, Scope(communities=frozenset({code})))
        for who in self.heads():
            _widen(found, who, Scope(is_all=True))
        return found

    def managers_by_scope(self) -> dict[Addressee, Scope]:
        """Managers with their community (without one: the company), and who is registered for monthly reports."""
        found: dict[Addressee, Scope] = {}
        for row in self.staff.values():
            if row.role == "manager" and row.is_employed and row.email:
                community = row.community_code
                _widen(found, self._of(row), Scope(communities=frozenset({community})) if community else _ALL)
        for row in self._subscribers:
            scope = self._scope_of(row.scope)
            if scope is not None:
                _widen(found, self.person(row.email, row.recipient_name or "", row.language), scope)
        return found

    def general_managers(self) -> list[Addressee]:
        """General managers of the company; where there is none, the head."""
        found = [
            self._of(row)
            for row in self.staff.values()
            if row.role == "general_manager" and row.community_code is None and row.is_employed and row.email
        ]
        return list(dict.fromkeys(found)) or self.heads()

    # -- parts --------------------------------------------------------------------------------------------------------

    def _of(self, row: Row[Any]) -> Addressee:
        return self.person(row.email, row.staff_name, row.language)

    def _scope_of(self, written: str) -> Scope | None:
        if written == COMPANY:
            return _ALL
        if written.startswith("region:"):
            region = written.removeprefix("region:")
            return Scope(communities=frozenset(code for code, each in self._regions.items() if each == region))
        return Scope(communities=frozenset({written})) if written in self.places else None


_ALL: Final = Scope(is_all=True)


def nobody(what: str, codes: Iterable[str]) -> None:
    """Log that nobody can be told of something; it stays untold and comes up again."""
    _log.warning("nobody can be told", what=what, codes=sorted(codes)[:20])


def _widen(found: dict[Addressee, Scope], who: Addressee, scope: Scope) -> None:
    found[who] = found[who].joined(scope) if who in found else scope
