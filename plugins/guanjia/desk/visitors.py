"""Which person of the staff register a visitor is."""

from __future__ import annotations

from sqlalchemy import Connection

from guanjia.desk.access import Visitor
from guanjia.desk.reading import Row, row
from guanjia.desk.view import now


def staff_of(tx: Connection, visitor: Visitor) -> Row | None:
    """The visitor's row of the staff register: the one with this login, employed today."""
    return row(tx, "find_staff_of_login", login=visitor.login, on_day=now().date())


def actor(tx: Connection, visitor: Visitor) -> str:
    """How a decision records who made it: the staff code, else (no such person) the login."""
    found = staff_of(tx, visitor)
    return str(found["staff_code"]) if found else visitor.login
