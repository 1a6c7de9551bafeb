"""Who is told of callbacks: the posts of a community, its departments, and who subscribes to the callback list.

A reader's scope is decided here and nowhere else. Prospects belong to no community: the company's people are told of
them, or, where only one community is served, that one's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.pipelines.scheduled_callbacks.served import PROSPECTS, day_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.people import Holder, post_holders
from guanjia.store.sql import execute

_CODES_IN_A_KEY: Final = 8


class Readers:
    """The people of the communities served, as of an instant.

    Attributes:
        scopes: community → its name, region and posts (``list_called_scopes``).
    """

    def __init__(self, transaction: Transaction, at: datetime) -> None:
        self._transaction = transaction
        self._at = at
        self.scopes: dict[str, Row[Any]] = {
            row.community_code: row for row in execute(transaction, "scheduled_callbacks/list_called_scopes")
        }
        day = day_of(at)
        self._roles = {
            code: {"leader": str(row.leader_role), "head": str(row.head_role)} for code, row in self.scopes.items()
        }
        self._roles[PROSPECTS] = {
            "leader": str(required_setting(transaction, "callback_leader_role", day)),
            "head": str(required_setting(transaction, "callback_head_role", day)),
        }
        posts = {(code, role) for code, roles in self._roles.items() for role in roles.values()}
        self._holders = post_holders(transaction, sorted(posts), at, must_have_address=True)
        self._known: dict[str, Addressee] = {}
        self._subscribers: dict[str, list[Addressee]] = defaultdict(list)
        for row in execute(transaction, "scheduled_callbacks/list_callback_subscribers"):
            self._subscribers[row.scope].append(self.person(row.email, row.recipient_name or "", row.language))

    def person(self, email: str, name: str, language: str) -> Addressee:
        """The addressee of an address; the same one however it is written and however often it comes up."""
        return self._known.setdefault(email.strip().casefold(), Addressee(email, name, language))

    def holder(self, scope: str, post: str) -> Holder | None:
        """Who holds a post, `leader` or `head`; of prospects: the company's, else those of the only community."""
        for code in self._looked_up(scope):
            found = self._holders.get((code, self._roles[code][post]))
            if found is not None:
                return found
        return None

    def leaders(self, scope: str) -> list[Addressee]:
        """The leader, else the head, else the subscribers."""
        return self._post(scope, "leader") or self._post(scope, "head") or self.subscribers(scope)

    def heads(self, scope: str) -> list[Addressee]:
        """The head, else the subscribers."""
        return self._post(scope, "head") or self.subscribers(scope)

    def warned(self, scope: str) -> list[Addressee]:
        """The leader (else the head) and the subscribers."""
        return _each_once([*(self._post(scope, "leader") or self._post(scope, "head")), *self.subscribers(scope)])

    def reported(self, scope: str) -> list[Addressee]:
        """The head and the subscribers."""
        return _each_once([*self._post(scope, "head"), *self.subscribers(scope)])

    def subscribers(self, scope: str) -> list[Addressee]:
        """Who is registered for the callback list of a scope that holds it."""
        if scope == PROSPECTS:
            return _each_once([*self._subscribers.get("company", []), *self._of_the_only_one()])
        region = self.scopes[scope].region if scope in self.scopes else None
        scopes = ["company", *([f"region:{region}"] if region else []), scope]
        return _each_once(each for name in scopes for each in self._subscribers.get(name, []))

    def departments(self, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Addressee]]:
        """(department, community) → its team leaders and supervisors, else the community's leader, head, subscribers.

        Args:
            asked: pairs of department and community.
        """
        pairs = sorted(set(asked))
        rows = execute(
            self._transaction,
            "scheduled_callbacks/list_department_people",
            departments=[department for department, _community in pairs],
            community_codes=[community for _department, community in pairs],
            on_day=day_of(self._at),
        )
        near: dict[tuple[str, str], list[Addressee]] = defaultdict(list)
        far: dict[tuple[str, str], list[Addressee]] = defaultdict(list)
        for row in rows:
            some = near if row.is_of_community else far
            some[row.department, row.community_code].append(self.person(row.email, row.staff_name, row.language))
        return {pair: near.get(pair) or far.get(pair) or self.leaders(pair[1]) for pair in pairs}

    def _post(self, scope: str, post: str) -> list[Addressee]:
        found = self.holder(scope, post)
        return [self.person(found.email or "", found.staff_name, found.language)] if found else []

    def _looked_up(self, scope: str) -> list[str]:
        if scope != PROSPECTS:
            return [scope] if scope in self._roles else []
        return [PROSPECTS, *(self.scopes if len(self.scopes) == 1 else ())]

    def _of_the_only_one(self) -> Sequence[Addressee]:
        return self.subscribers(next(iter(self.scopes))) if len(self.scopes) == 1 else ()


def key_of(codes: Iterable[str]) -> str:
    """A business key of some communities or events: all codes where they are few, else the first and their number."""
    found = sorted(set(codes))
    return ",".join(found) if len(found) <= _CODES_IN_A_KEY else f"{found[0]}+{len(found) - 1}"


def _each_once(people: Iterable[Addressee]) -> list[Addressee]:
    return list(dict.fromkeys(people))
