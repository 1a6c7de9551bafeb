"""A small house for the tests of reports: communities of two regions, cases in a line each, and reports by instant.

November 2026 begins on a Sunday; the 13th, 20th and 27th are Fridays. The house is served from 1 September unless said
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.editions import compute
from guanjia.store.runs import open_run
from tests.database.bare_house import BareHouse
from tests.database.bare_house import T as T
from tests.database.bare_house import at as at
from tests.database.bare_house import on as on

REGIONS: Final = {"001": "East", "002": "East", "003": "West"}


@dataclass(frozen=True)
class ReportsHouse(BareHouse):
    """A database, and reports made of it."""

    def setting(self, name: str, value: str, community: str | None = None) -> None:
        self.add("settings", {"setting": name, "community_code": community, "value": value})

    def community(self, code: str, *, live_from: str | None = "2026-09-01", **values: Any) -> None:
        """A community with one building A, served from a day; its region stands in REGIONS."""
        row = {"community_code": code, "community_name": code, "region": REGIONS.get(code)}
        self.add("communities", row | values)
        self.add("buildings", {"community_code": code, "building_code": "A"})
        if live_from:
            self.setting("live_from", on(live_from).isoformat(), code)

    def staff(self, code: str, role: str = "agent", community: str | None = None, **values: Any) -> None:
        row = {"staff_code": code, "staff_name": code, "role": role, "community_code": community}
        self.add("staff", row | {"email": f"{code.lower()}@example.com"} | values)

    def case(self, code: str, opened: str, *events: str, community: str = "001", **values: Any) -> None:
        """A case (an enquiry unless said otherwise) and its events, `20 10:00 answered` each."""
        row = {"community_code": community, "kind": "enquiry", "urgency": "ordinary"} | values
        self.add("cases", {"case_code": code, "opened_at": at(opened)} | row)
        for event in events:
            self.event(code, event)

    def event(self, code: str, written: str) -> None:
        """Something that happened in a case, `20 10:00 answered`."""
        day, clock, event = written.split(" ")
        self.add("case_events", {"case_code": code, "event_at": at(f"{day} {clock}"), "event": event})

    def report(self, as_of: str, report: ReportName = "weekly", *args: Any, **options: Any) -> dict[str, int]:
        """Compute what is due at an instant; the rows written, by name, those of which there are any."""
        with self.database.transaction() as tx:
            run = open_run(tx, f"{report}_report", at(as_of))
            found = compute(tx, run, at(as_of), report, *args, **options)
        return {name: n for name, n in found.items() if n}

    def tell(self, as_of: str) -> None:
        """Every edition that was to be mailed was."""
        self.execute("UPDATE report_editions SET state = 'told', told_at = :at WHERE state = 'computed'", at=at(as_of))

    def figures(
        self, scope: str, *codes: str, period: str = "2026-11-20", report: str = "weekly", column: str = "value"
    ) -> dict[str, Decimal | None]:
        """Figures of the newest edition of a period, by code; all of them where none is named."""
        found = self.rows(
            f"""
            SELECT f.figure, f.{column} FROM report_figures AS f
            WHERE f.report = :report AND f.period = :period AND f.scope = :scope AND f.edition = (
                SELECT max(e.edition) FROM report_editions AS e
                WHERE e.report = f.report AND e.period = f.period AND e.state <> 'preview'
            )
            """,
            report=report,
            period=period,
            scope=scope,
        )
        return {code: value for code, value in found if not codes or code in codes}

    def editions(self, report: str = "weekly") -> list[tuple[Any, ...]]:
        """Period, edition, state and the number its readers see, of all but those of the trend."""
        return self.rows(
            """
            SELECT period, edition, state, shown_edition FROM report_editions
            WHERE report = :report AND state <> 'reconstructed' ORDER BY period, edition
            """,
            report=report,
        )
