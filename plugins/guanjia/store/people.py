"""Who holds a post: the person a message about a community goes to, by the roster and the staff register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from guanjia.settings import TIME_ZONE
from guanjia.store.sql import execute


@dataclass(frozen=True)
class Holder:
    """The person who holds a post in a community at an instant.

    Attributes:
        community_code: community asked for; the person may serve the whole company.
        role: post, such as ``manager``.
        staff_code: staff number.
        staff_name: name, unmasked.
        email: mail address; None: none in the register.
        language: zh or en.
    """

    community_code: str
    role: str
    staff_code: str
    staff_name: str
    email: str | None
    language: str


def post_holders(
    transaction: Connection, posts: Iterable[tuple[str, str]], at: datetime, *, must_have_address: bool = False
) -> dict[tuple[str, str], Holder]:
    """Who holds each of some posts at an instant, with one query.

    A person on the roster in that role and community goes before one who has that role in the community, and that one
    before one who has it company-wide. Who is absent or on leave that day is the last resort; who has left is none.

    Args:
        transaction: open transaction.
        posts: pairs of community code and role.
        at: aware instant.
        must_have_address: only people with a mail address count, for a message that must reach somebody.

    Returns:
        (community, role) → holder; a post that nobody fills is not in it.
    """
    asked = list(posts)
    if not asked:
        return {}
    rows = execute(
        transaction,
        "people/find_holders",
        community_codes=[community for community, _role in asked],
        roles=[role for _community, role in asked],
        at=at,
        on_day=at.astimezone(TIME_ZONE).date(),
        must_have_address=must_have_address,
    )
    return {(row.community_code, row.role): Holder(**row._mapping) for row in rows}


def holders(
    transaction: Connection, communities: Sequence[str], role: str, at: datetime, *, must_have_address: bool = False
) -> dict[str, Holder]:
    """Who holds one post in each of some communities at an instant; see `post_holders`.

    Returns:
        Community → holder; a community whose post nobody fills is not in it.
    """
    found = post_holders(transaction, [(code, role) for code in communities], at, must_have_address=must_have_address)
    return {community: holder for (community, _role), holder in found.items()}
