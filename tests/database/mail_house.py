"""A house for the tests of the inspections' mails: three communities in two regions, rows as the steps write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from guanjia.pipelines.vacancy_inspections.telling import tell
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
COMMUNITIES = (("001", "澄庭雅苑", "东区"), ("002", "梧桐里", "西区"), ("003", "云栖苑", "东区"))
BASE = "doors,valves,meters,installations,hygiene,structure"


def morning(day: str) -> datetime:
    """06:00 of a day of 2026, `11-20`."""
    return datetime.fromisoformat(f"2026-{day}T06:00").replace(tzinfo=TIME_ZONE)


def on(day: str) -> date:
    """A day of 2026, `11-20`, or one with its year."""
    return date.fromisoformat(day if day.count("-") == 2 else f"2026-{day}")


@dataclass(frozen=True)
class Mail:
    """A mail as its recipient gets it."""

    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    edition: int
    language: str
    files: tuple[str, ...]


@dataclass
class MailHouse:
    """A database with the communities 001, 002 and 003, each with a building, a head, a team leader, an inspector."""

    database: Database

    def add(self, table: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]).values(**values))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def value(self, statement: str, **values: Any) -> Any:
        with self.database.transaction() as tx:
            return tx.execute(text(statement), values).scalar()

    def tell(self, day: str) -> dict[str, int]:
        """One run's telling, at six in the morning."""
        at = morning(day)
        with self.database.transaction() as tx:
            run = open_run(tx, "vacancy_inspections", at, started_at=at)
            return tell(tx, run, at)

    def mails(self, kind: str | None = None, recipient: str | None = None) -> list[Mail]:
        """The mails in the outbox, in the order of writing."""
        m, b, f = T["messages"], T["message_bodies"], T["attachment_bundle_files"]
        with self.database.transaction("read") as tx:
            rows = tx.execute(select(m, b).join(b, m.c.body_digest == b.c.body_digest).order_by(m.c.message_no)).all()
            files = tx.execute(select(f).order_by(f.c.position)).all()
        return [
            Mail(
                row.kind,
                row.recipient,
                row.subject,
                row.text_body,
                row.html_body,
                row.edition,
                row.language,
                tuple(each.file_name for each in files if each.bundle_digest == row.bundle_digest),
            )
            for row in rows
            if kind in (None, row.kind) and recipient in (None, row.recipient)
        ]

    def told(self, kind: str) -> list[str]:
        """Recipients of a kind of mail, sorted."""
        return sorted(mail.recipient for mail in self.mails(kind))

    def mail(self, kind: str, recipient: str | None = None) -> Mail:
        """The only mail of a kind."""
        (found,) = self.mails(kind, recipient)
        return found

    def unit(self, code: str, community: str = "001", building: str = "02", **values: Any) -> None:
        """A flat; the owner's address is given by `owner`."""
        row = {"unit_use": "residential", "area_m2": 90, "building_code": building} | values
        self.add("units", community_code=community, unit_code=code, **row)

    def owner(self, unit: str, name: str, email: str | None, community: str = "001", **values: Any) -> None:
        code = f"K{community}{unit}{len(name)}"
        language = values.pop("language", None)
        self.add(
            "customers",
            customer_code=code,
            customer_name=name,
            customer_type="owner",
            email=email,
            phone="13812345678",
            preferred_language=language,
        )
        occupancy = {"role": "owner", "pays_fees": True, "start_date": on("2020-01-01")} | values
        self.add("occupancies", community_code=community, unit_code=unit, customer_code=code, **occupancy)

    def subscribe(self, email: str, scope: str, language: str | None = None) -> None:
        self.add("report_recipients", email=email, report="inspection_list", scope=scope, language=language)

    def apply(self, code: str, unit: str, start: str, end: str, community: str = "001", **values: Any) -> None:
        """An application and its judgement: accepted for its days unless said otherwise."""
        application = {"applied_on": on("11-20"), "ended_on": None}
        application |= {name: values.pop(name) for name in tuple(values) if name in application}
        self.add(
            "vacancy_applications",
            application_code=code,
            community_code=community,
            unit_code=unit,
            start_date=on(start),
            end_date=on(end),
            identity_checked=True,
            water_reading=12,
            electricity_reading=345,
            **application,
        )
        days = {"first_day": on(start), "last_day": application["ended_on"] or on(end)}
        judged: dict[str, Any] = {"state": "accepted", "judged_at": morning("11-20")}
        judged |= days if values.get("state", "accepted") == "accepted" else {}
        self.add("vacancy_registrations", application_code=code, **(judged | values))

    def inspection(self, code: str, unit: str, community: str = "001", **values: Any) -> None:
        row: dict[str, Any] = {
            "plan": "monthly",
            "period": "2026-11",
            "staff_code": f"I{community}",
            "due_on": on("11-20"),
            "state": "planned",
            "building_code": "02",
            "planned_on": on("11-01"),
            "checklist": BASE,
        }
        row |= values
        self.add("inspections", inspection_code=code, community_code=community, unit_code=unit, **row)

    def listed(self, code: str, staff: str = "I001", position: int = 1, day: str = "11-20", **values: Any) -> None:
        row = {"work_date": on(day), "position": position, "is_carried_over": False} | values
        self.add("inspection_lists", inspection_code=code, staff_code=staff, **row)

    def finding(self, code: str, community: str = "001", urgency: str = "ordinary", **result: Any) -> None:
        """A visit that found something amiss, and its case."""
        at = morning("11-20") - timedelta(hours=14)
        row = {"staff_code": f"I{community}", "entered": True, "valves_off": False, "finding": "卫生间漏水"} | result
        with self.database.transaction() as tx:
            found = tx.execute(select(T["inspections"]).where(T["inspections"].c.inspection_code == code)).one()
            self._case(tx, f"GJ-{code}", community, found.unit_code, urgency)
            tx.execute(insert(T["inspection_results"]).values(inspection_code=code, inspected_at=at, **row))
            visit = {"verdict": "counted", "content_digest": "x", "case_code": f"GJ-{code}"}
            tx.execute(insert(T["inspection_visits"]).values(inspection_code=code, inspected_at=at, **visit))
            inspections = T["inspections"]
            is_this = inspections.c.inspection_code == code
            tx.execute(update(inspections).where(is_this).values(finding_case_code=f"GJ-{code}"))

    def _case(self, tx: Connection, code: str, community: str, unit: str, urgency: str) -> None:
        row = {"kind": "repair", "urgency": urgency, "opened_at": morning("11-20")}
        tx.execute(insert(T["cases"]).values(case_code=code, community_code=community, unit_code=unit, **row))

    def remark(self, kind: str, subject: str, community: str = "001", unit: str | None = None, **detail: Any) -> None:
        self.add(
            "inspection_remarks",
            kind=kind,
            subject=subject,
            community_code=community,
            unit_code=unit,
            detail=detail,
            noted_at=morning("11-20"),
        )

    def use(self, application: str, unit: str, community: str = "001", **values: Any) -> None:
        row: dict[str, Any] = {"period": "2026-10", "water_use": 3, "electricity_use": 2, "is_occupied": True}
        self.add(
            "vacancy_use",
            application_code=application,
            community_code=community,
            unit_code=unit,
            explanation={},
            **(row | values),
        )


def build_mail_house(database: Database) -> MailHouse:
    """The house with its people; nobody subscribes yet."""
    house = MailHouse(database)
    for code, name, region in COMMUNITIES:
        house.add("communities", community_code=code, community_name=name, region=region)
        house.add("settings", setting="live_from", community_code=code, value="2026-09-01")
        house.add("buildings", community_code=code, building_code="02", building_name="2号楼")
        house.add("inspection_progress", community_code=code, planned_to=on("11-20"), plan_told_for="2026-11")
        for post, role, staff in (("M", "manager", "经理"), ("L", "team_leader", "班长"), ("I", "inspector", "巡检员")):
            house.add(
                "staff",
                staff_code=f"{post}{code}",
                staff_name=f"{name[0]}{staff}",
                role=role,
                community_code=code,
                email=f"{post.lower()}{code}@example.com",
            )
    return house
