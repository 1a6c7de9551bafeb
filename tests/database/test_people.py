"""Who holds a post: the roster first, then the community, then the company; never somebody who has left."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from guanjia.settings import TIME_ZONE
from guanjia.store.people import holders, post_holders
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
AT = datetime(2026, 11, 20, 6, tzinfo=TIME_ZONE)
DAY = AT.date()


def _staff(tx: Connection, code: str, community: str | None, **values: Any) -> None:
    row = {"staff_name": f"员工{code}", "role": "manager", "email": f"{code.lower()}@example.com"} | values
    tx.execute(insert(T["staff"]).values(staff_code=code, community_code=community, **row))


def _shift(tx: Connection, code: str, attendance: str | None = None, first: int = 9, last: int = 18) -> None:
    starts, ends = (datetime(2026, 11, 20, hour, tzinfo=TIME_ZONE) for hour in (first, last))
    row = {"shift_date": DAY, "starts_at": starts, "ends_at": ends, "attendance": attendance}
    tx.execute(insert(T["roster"]).values(staff_code=code, **row))


def _communities(tx: Connection, *codes: str) -> None:
    for code in codes:
        tx.execute(insert(T["communities"]).values(community_code=code, community_name=f"小区{code}"))


def test_the_roster_goes_before_the_community_and_that_before_the_company(database: Database) -> None:
    with database.transaction() as tx:
        _communities(tx, "001", "002", "003")
        _staff(tx, "A0", None)
        _staff(tx, "A1", "001")
        _staff(tx, "A2", "001")
        _staff(tx, "A3", "002")
        _shift(tx, "A2")
        found = holders(tx, ["001", "002", "003"], "manager", AT)
    assert {code: holder.staff_code for code, holder in found.items()} == {"001": "A2", "002": "A3", "003": "A0"}


def test_who_is_on_shift_at_the_instant_goes_before_who_comes_later(database: Database) -> None:
    with database.transaction() as tx:
        _communities(tx, "001")
        _staff(tx, "A1", "001")
        _staff(tx, "A2", "001")
        _shift(tx, "A1", first=14, last=22)
        _shift(tx, "A2", first=5, last=13)
        assert holders(tx, ["001"], "manager", AT)["001"].staff_code == "A2"


def test_who_is_on_leave_is_the_last_resort_and_who_left_is_none(database: Database) -> None:
    with database.transaction() as tx:
        _communities(tx, "001", "002")
        _staff(tx, "A1", "001")
        _shift(tx, "A1", "leave")
        _staff(tx, "A2", "002", left_on=date(2026, 11, 19))
        _staff(tx, "A3", "002", hired_on=date(2026, 11, 21))
        found = holders(tx, ["001", "002"], "manager", AT)
        assert {code: holder.staff_code for code, holder in found.items()} == {"001": "A1"}
        _staff(tx, "A0", None)
        found = holders(tx, ["001", "002"], "manager", AT)
    assert {code: holder.staff_code for code, holder in found.items()} == {"001": "A0", "002": "A0"}


def test_an_address_is_preferred_among_equals_and_may_be_required(database: Database) -> None:
    with database.transaction() as tx:
        _communities(tx, "001", "002")
        _staff(tx, "A1", "001", email=None)
        _staff(tx, "A2", "001")
        _staff(tx, "A3", "002", email=None)
        _staff(tx, "A9", None)
        plain = holders(tx, ["001", "002"], "manager", AT)
        reached = holders(tx, ["001", "002"], "manager", AT, must_have_address=True)
    assert {code: holder.staff_code for code, holder in plain.items()} == {"001": "A2", "002": "A3"}
    assert {code: holder.staff_code for code, holder in reached.items()} == {"001": "A2", "002": "A9"}


def test_several_posts_are_found_at_once_each_in_its_language(database: Database) -> None:
    with database.transaction() as tx:
        _communities(tx, "001")
        _staff(tx, "A1", "001")
        _staff(tx, "A2", "001", role="team_leader")
        tx.execute(
            insert(T["report_recipients"]).values(email="a2@example.com", report="weekly", scope="001", language="en")
        )
        found = post_holders(tx, [("001", "manager"), ("001", "team_leader"), ("001", "inspector")], AT)
    assert {post: (holder.staff_code, holder.language) for post, holder in found.items()} == {
        ("001", "manager"): ("A1", "zh"),
        ("001", "team_leader"): ("A2", "en"),
    }
