"""Who is told of a community: its centre head, who answers for its findings, and who subscribes to the inspection list.

A recipient's scope is decided here and nowhere else: rows are given to people community by community.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row

from guanjia.logs import get_logger
from guanjia.store.engine import Transaction
from guanjia.store.people import Holder, post_holders
from guanjia.store.sql import execute

_log = get_logger(__name__)

T = TypeVar("T")
"""A row of any kind that has a community_code."""


@dataclass(frozen=True)
class Addressee:
    """A person with a mail address.

    Attributes:
        email: address.
        name: name shown beside it; blank: none.
        language: zh or en.
    """

    email: str
    name: str
    language: str


class Addressees:
    """The people of the communities inspected, as of an instant.

    Attributes:
        scopes: community → its name, region, live_from, limits and roles (``list_inspected_scopes``).
    """

    def __init__(self, transaction: Transaction, at: datetime) -> None:
        self.scopes: dict[str, Row[Any]] = {
            row.community_code: row for row in execute(transaction, "vacancy_inspections/list_inspected_scopes")
        }
        posts = {(row.community_code, row.head_role) for row in self.scopes.values()}
        posts |= {(row.community_code, row.responsible_role) for row in self.scopes.values()}
        self._known: dict[str, Addressee] = {}
        found = post_holders(transaction, sorted(posts), at, must_have_address=True)
        self._holders = {post: self._holder(holder) for post, holder in found.items()}
        self._subscribers: dict[str, list[Addressee]] = defaultdict(list)
        for row in execute(transaction, "vacancy_inspections/list_inspection_subscribers"):
            self._subscribers[row.scope].append(self.person(row.email, row.recipient_name or "", row.language))

    def person(self, email: str, name: str, language: str) -> Addressee:
        """The addressee of an address; the same one however it is written and however often it comes up."""
        return self._known.setdefault(email.casefold(), Addressee(email, name, language))

    def managers(self, community: str) -> list[Addressee]:
        """The centre head and the subscribers whose scope holds the community, each once."""
        return _each_once([*self._post(community, "head_role"), *self._subscribed(community)])

    def scopes_of_managers(self) -> dict[Addressee, list[str]]:
        """Communities of which each manager or subscriber is told."""
        found: dict[Addressee, list[str]] = defaultdict(list)
        for community in self.scopes:
            for who in self.managers(community):
                found[who].append(community)
        return found

    def head(self, community: str) -> list[Addressee]:
        """The centre head; where none can be reached, the subscribers in the head's place."""
        return self._post(community, "head_role") or _each_once(self._subscribed(community))

    def responsible(self, community: str) -> list[Addressee]:
        """Who answers for findings, else the centre head, and the subscribers."""
        first = self._post(community, "responsible_role") or self._post(community, "head_role")
        return _each_once([*first, *self._subscribed(community)])

    def _holder(self, holder: Holder) -> Addressee:
        return self.person(holder.email or "", holder.staff_name, holder.language)

    def _post(self, community: str, role: str) -> list[Addressee]:
        scope = self.scopes[community]
        found = self._holders.get((community, scope._mapping[role]))
        return [found] if found else []

    def _subscribed(self, community: str) -> list[Addressee]:
        region = self.scopes[community].region
        scopes = ["company", *([f"region:{region}"] if region else []), community]
        return [each for scope in scopes for each in self._subscribers.get(scope, [])]


def give_out(
    rows: Iterable[T], whom: Callable[[str], Sequence[Addressee]], what: str
) -> tuple[dict[Addressee, list[T]], list[T]]:
    """Each row to everybody who is to be told of its community.

    Args:
        rows: what is to be told.
        whom: the people of a community.
        what: name for the log, where nobody can be told.

    Returns:
        Addressee → rows, in their order; and the rows that somebody is told of. The others stay untold and come up
        again: as soon as somebody holds the post, or subscribes.
    """
    given: dict[Addressee, list[T]] = defaultdict(list)
    told = []
    silent: dict[str, int] = defaultdict(int)
    for row in rows:
        community = str(getattr(row, "community_code"))  # noqa: B009 (rows of queries have no type)
        people = whom(community)
        for each in people:
            given[each].append(row)
        if people:
            told.append(row)
        else:
            silent[community] += 1
    for community, count in silent.items():
        _log.warning("nobody can be told", what=what, community_code=community, rows=count)
    return given, told


def _each_once(people: Iterable[Addressee]) -> list[Addressee]:
    return list(dict.fromkeys(people))
