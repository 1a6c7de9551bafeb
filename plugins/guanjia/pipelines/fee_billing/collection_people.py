"""Who at the centre is told how collection goes: the centre head and who is registered for the billing lists.

A recipient's scope is decided here: rows are given to people community by community.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from guanjia.logs import get_logger
from guanjia.pipelines.fee_billing.collecting import Community
from guanjia.store.engine import Transaction
from guanjia.store.people import post_holders
from guanjia.store.sql import execute

_log = get_logger(__name__)


@dataclass(frozen=True)
class Reader:
    """Somebody at the centre with a mail address."""

    email: str
    name: str
    language: str


def readers(transaction: Transaction, communities: Mapping[str, Community], at: datetime) -> dict[Reader, list[str]]:
    """Who is told of which communities: each community's head, and the subscribers whose scope holds it.

    Args:
        transaction: open transaction.
        communities: communities to tell of, by code.
        at: aware instant.

    Returns:
        Reader → community codes, in their order. A community nobody is told of is logged.
    """
    posts = [(code, community.head_role) for code, community in communities.items()]
    heads = post_holders(transaction, posts, at, must_have_address=True)
    known: dict[str, Reader] = {}
    by_scope: dict[str, list[Reader]] = defaultdict(list)
    for row in execute(transaction, "fee_collection/list_billing_subscribers"):
        reader = known.setdefault(row.email.casefold(), Reader(row.email, row.recipient_name or "", row.language))
        by_scope[row.scope].append(reader)
    found: dict[Reader, list[str]] = defaultdict(list)
    for code, community in communities.items():
        people = []
        if head := heads.get((code, community.head_role)):
            address = head.email or ""
            people.append(known.setdefault(address.casefold(), Reader(address, head.staff_name, head.language)))
        scopes = ["company", *([f"region:{community.region}"] if community.region else []), code]
        people += [each for scope in scopes for each in by_scope.get(scope, [])]
        for reader in dict.fromkeys(people):
            found[reader].append(code)
        if not people:
            _log.warning("nobody can be told", what="collection", community_code=code)
    return dict(found)
