"""A small house for the tests of things kept: found things, keys and device checks in a line each, evening by evening.

November 2026 begins on a Sunday; the 6th, 13th, 20th and 27th are Fridays. The house is served from 1 November unless
said otherwise. People: administration M1 and the general manager G1 of the company, the team leader L1 and the
department head D1 of 001, the team leader L2 of 002, the agents A1 (001) and A2 (002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from guanjia.pipelines.custody.planning import plan_steps
from guanjia.pipelines.custody.telling import tell
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.bare_house import BareHouse
from tests.database.bare_house import T as T
from tests.database.bare_house import at as at
from tests.database.bare_house import on as on


@dataclass(frozen=True)
class Mail:
    """A mail as its recipient gets it."""

    kind: str
    business_key: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    files: dict[str, bytes]

    def file(self, ending: str) -> bytes:
        """The only file of an ending."""
        (found,) = (content for name, content in self.files.items() if name.endswith(ending))
        return found


@dataclass(frozen=True)
class CustodyHouse(BareHouse):
    """A database, and evenings of it."""

    # -- what people load ---------------------------------------------------------------------------------------------

    def setting(self, name: str, value: str, community: str | None = None) -> None:
        self.execute(
            "DELETE FROM settings WHERE setting = :name AND community_code IS NOT DISTINCT FROM :community",
            name=name,
            community=community,
        )
        self.add("settings", {"setting": name, "community_code": community, "value": value})

    def community(self, code: str, live_from: str | None = "1") -> None:
        self.add("communities", {"community_code": code, "community_name": f"Garden {code}"})
        self.add("buildings", {"community_code": code, "building_code": "A"})
        unit = {"unit_code": "0101", "unit_use": "residential", "area_m2": 80}
        self.add("units", {"community_code": code, "building_code": "A"} | unit)
        if live_from:
            self.setting("live_from", on(live_from).isoformat(), code)

    def staff(self, code: str, role: str, community: str | None = None, **values: Any) -> None:
        row = {"staff_code": code, "staff_name": code, "role": role, "community_code": community}
        self.add("staff", row | {"email": f"{code.lower()}@example.com"} | values)

    def found(self, code: str, found: str, item: str = "雨伞一把", **values: Any) -> None:
        """A thing found in the lobby, no valuable unless said otherwise."""
        self.add(
            "found_property",
            {"item_code": code, "found_at": at(found), "place": "大堂", "item": item, "valuable": False} | values,
        )

    def claim(self, code: str, claimed: str | None) -> None:
        """A thing is handed out; None: it was not after all."""
        self.execute(
            "UPDATE found_property SET claimed_at = :claimed, claimed_by = '王小明' WHERE item_code = :code",
            code=code,
            claimed=at(claimed) if claimed else None,
        )

    def lend(self, code: str, lent: str, borrower: str = "陆飞（电梯维保）", community: str | None = "001") -> None:
        unit = "0101" if community else None
        row = {"loan_code": code, "community_code": community, "unit_code": unit, "borrower": borrower}
        self.add("key_loans", row | {"borrowed_at": at(lent)})

    def give_back(self, code: str, returned: str) -> None:
        self.execute(
            "UPDATE key_loans SET returned_at = :returned WHERE loan_code = :code", code=code, returned=at(returned)
        )

    def check(self, staff: str, checked: str, *broken: str, only: tuple[str, ...] = ("computer", "phone")) -> None:
        """Somebody checks devices, those named are out of order."""
        self.add(
            "device_checks",
            *(
                {
                    "staff_code": staff,
                    "checked_at": at(checked),
                    "device": device,
                    "normal": device not in broken,
                    "note": "蓝屏" if device in broken else None,
                }
                for device in only
            ),
        )

    def shifts(self, staff: str, *days: str, attendance: str = "present", hours: str = "09:00-17:00") -> None:
        starts, ends = hours.split("-")
        self.add(
            "roster",
            *(
                {
                    "staff_code": staff,
                    "shift_date": on(day),
                    "starts_at": at(f"{day} {starts}"),
                    "ends_at": at(f"{day} {ends}"),
                    "attendance": attendance,
                }
                for day in days
            ),
        )

    # -- evenings -----------------------------------------------------------------------------------------------------

    def plan(self, as_of: str) -> dict[str, int]:
        """Plan at an instant; the rows written, by name, those of which there are any."""
        return self._step(plan_steps, as_of)

    def tell(self, as_of: str) -> dict[str, int]:
        """Tell at an instant; what was told, by name, that of which there is any."""
        return self._step(tell, as_of)

    def evening(self, as_of: str) -> dict[str, int]:
        """Plan and tell."""
        return self.plan(as_of) | self.tell(as_of)

    def _step(self, step: Any, as_of: str) -> dict[str, int]:
        with self.database.transaction() as tx:
            run = open_run(tx, "custody", at(as_of))
            found = step(tx, run, at(as_of))
        return {name: n for name, n in found.items() if n}

    def steps(self, subject: str) -> list[tuple[str, str, str | None]]:
        """Steps of a subject: step, day, and the list it went out with, `cancelled`, or None."""
        return [
            (step, due_on.isoformat(), "cancelled" if cancelled else code)
            for step, due_on, code, cancelled in self.rows(
                "SELECT step, due_on, list_code, cancelled_on IS NOT NULL FROM custody_steps"
                " WHERE subject = :subject ORDER BY due_on, step",
                subject=subject,
            )
        ]

    def mails(self, kind: str | None = None, recipient: str | None = None) -> list[Mail]:
        """Mails in the outbox, in the order of writing."""
        m, b = T["messages"], T["message_bodies"]
        f, c = T["attachment_bundle_files"], T["message_files"]
        wanted = select(m, b).join(b, m.c.body_digest == b.c.body_digest).order_by(m.c.message_no)
        with self.database.transaction("read") as tx:
            rows = tx.execute(wanted).all()
            files = tx.execute(select(f, c).join(c, f.c.file_digest == c.c.file_digest).order_by(f.c.position)).all()
        return [
            Mail(
                row.kind,
                row.business_key,
                row.recipient.partition("@")[0].upper(),
                row.language,
                row.subject,
                row.text_body,
                row.html_body,
                {each.file_name: each.content for each in files if each.bundle_digest == row.bundle_digest},
            )
            for row in rows
            if kind in (None, row.kind) and recipient in (None, row.recipient.partition("@")[0].upper())
        ]


def custody_house(database: Database, *, people: bool = True) -> CustodyHouse:
    """The communities 001 and 002, served from 1 November, and people unless said otherwise."""
    house = CustodyHouse(database)
    house.community("001")
    house.community("002")
    if people:
        house.staff("M1", "administration")
        house.staff("G1", "general_manager")
        house.staff("D1", "department_head", "001")
        house.staff("L1", "team_leader", "001")
        house.staff("L2", "team_leader", "002")
        house.staff("A1", "agent", "001")
        house.staff("A2", "agent", "002")
    return house
