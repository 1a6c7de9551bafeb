"""Money of many weeks is counted in one reading: each week as the books stood just before its end, bill by bill."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from sqlalchemy import insert, text

from guanjia.domain.report_periods import ReportPeriod, before, period_ending
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, T

END: Final = datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE)
AGES: Final = (("days_0_30", 0, 30), ("days_31_90", 31, 90), ("days_91_180", 91, 180), ("days_181_365", 181, 365))
BOOKS: Final = """
SELECT b.community_code, b.unit_code, b.total, b.open_balance, b.due_on
FROM bill_states AS b
WHERE b.state IN ('posted', 'part_paid', 'paid')
"""
Counted = dict[tuple[int, str, str], tuple[Decimal, Decimal | None]]


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[ReportsHouse]:
    """Two communities served and one that is not, three units each."""
    made = ReportsHouse(module_database)
    made.add("customers", {"customer_code": "C", "customer_name": "C", "customer_type": "owner"})
    for code in ("001", "002", "003"):
        made.community(code)
        place = {"community_code": code, "building_code": "A", "unit_use": "residential", "area_m2": 90}
        made.add("units", *(place | {"unit_code": unit} for unit in "uvw"))
    yield made


@pytest.mark.rule("REP-02", "REP-06")
@pytest.mark.parametrize("seed", range(8))
def test_each_week_sees_the_books_as_they_stood_at_its_end(house: ReportsHouse, seed: int) -> None:
    chance = random.Random(seed)
    weeks = [period_ending("weekly", END)]
    for _ in range(chance.choice([1, 2, 11])):
        weeks.append(before(weeks[-1]))
    with house.database.transaction() as tx:
        _keep_books(tx, chance, weeks)
        execute(
            tx,
            "reports/create_report_windows",
            window_nos=list(range(len(weeks))),
            starts=[week.start for week in weeks],
            ends=[week.end for week in weeks],
        )
        execute(
            tx,
            "reports/create_report_communities",
            community_codes=["001", "002"],
            live_from=[date(2026, 1, 1), date(2026, 1, 1)],
        )
        execute(tx, "reports/create_report_counts")
        execute(tx, "reports/measure_money")
        found = {
            (row.window_no, row.community_code, row.figure): (row.numerator, row.denominator)
            for row in tx.execute(text("SELECT * FROM report_counts"))
        }
        expected: Counted = {}
        for number, week in enumerate(weeks):
            execute(tx, "reports/view_books_at", ends=week.end)
            expected |= _added_up(number, week, tx.execute(text(BOOKS)).all())
        tx.rollback()
    assert found == expected
    assert len({number for number, _community, _figure in found}) > 1 and any(n for n, _d in found.values())


def _added_up(number: int, week: ReportPeriod, bills: Sequence[Any]) -> Counted:
    """What one week's figures of money are, from the view, by community."""
    found: Counted = {}
    for community in ("001", "002"):
        own = [each for each in bills if each.community_code == community and each.due_on is not None]
        due = [each for each in own if week.start.date() <= each.due_on < week.end.date()]
        if due:
            total = sum((each.total for each in due), Decimal(0))
            found[number, community, "billed"] = (total, None)
            found[number, community, "collection_rate"] = (total - sum(each.open_balance for each in due), total)
        owed = [(each, (week.last_day - each.due_on).days) for each in own if each.due_on <= week.last_day]
        if not owed:
            continue
        units = {each.unit_code: Decimal(0) for each, _age in owed}
        for each, _age in owed:
            units[each.unit_code] += each.open_balance
        found[number, community, "arrears"] = (sum(units.values(), Decimal(0)), None)
        found[number, community, "units_in_arrears"] = (Decimal(sum(left > 0 for left in units.values())), None)
        for name, first, last in (*AGES, ("days_over_365", 366, 10_000)):
            left = sum((each.open_balance for each, age in owed if first <= age <= last), Decimal(0))
            found[number, community, f"arrears.{name}"] = (left, None)
    return found


def _keep_books(tx: Transaction, chance: random.Random, weeks: Sequence[ReportPeriod]) -> None:
    """Runs posted and reversed, bills and credit notes, allocations and what undid them, at the edges of weeks too."""
    edges = [edge for week in weeks for edge in (week.start, week.end)]

    def instant() -> datetime:
        if chance.random() < 0.4:
            return chance.choice(edges) + chance.choice([-1, 0, 0, 1]) * timedelta(microseconds=1)
        return END - timedelta(hours=chance.randrange(-300, 2500))

    runs: list[dict[str, Any]] = []
    for number in range(1, 8):
        due_on = END.date() - timedelta(days=chance.randrange(-20, 420))
        runs.append(
            _run(f"R{number}", number, instant(), due_on, chance.choice(["posted", "posted", "posted", "draft"]))
        )
        if chance.random() < 0.3:
            runs.append(_run(f"V{number}", number + 50, instant(), due_on, "posted", reverses=f"R{number}"))
    tx.execute(insert(T["billing_runs"]), runs)
    bills = []
    for number in range(80):
        own_day = END.date() - timedelta(days=chance.randrange(-20, 60)) if chance.random() < 0.4 else None
        bill = {"bill_code": f"B{number}", "run_code": chance.choice(runs)["run_code"], "period": "2026-10"}
        bill |= {"community_code": chance.choice(["001", "002", "003"]), "unit_code": chance.choice("uvw")}
        bill |= {"customer_code": "C", "total": Decimal(chance.choice(["100", "50", "0", "-20", "12.34"]))}
        bills.append(bill | {"due_on": own_day, "batch_no": 0})
    tx.execute(insert(T["bills"]), bills)
    allocations = []
    for number in range(160):
        bill = chance.choice([each for each in bills if each["total"] > 0])
        notes = [each for each in bills if each["unit_code"] == bill["unit_code"] and each["total"] < 0]
        is_credit = bool(notes) and chance.random() < 0.3
        source = f"{chance.choice(notes)['bill_code']}" if is_credit else f"P{number}"
        at = instant()
        undone = at + timedelta(hours=chance.randrange(900)) if is_credit or chance.random() < 0.3 else None
        row = {name: bill[name] for name in ("bill_code", "batch_no", "community_code", "unit_code", "customer_code")}
        row |= {"source_kind": "credit_note" if is_credit else "payment", "source_code": source}
        row |= {"amount": chance.choice([bill["total"], Decimal("10"), Decimal("5.5")]), "allocated_at": at}
        row |= {"allocated_on": at.date(), "undone_at": undone, "undone_on": undone.date() if undone else None}
        allocations.append(row | {"undone_by": "X" if undone else None})
    tx.execute(insert(T["allocations"]), allocations)


def _run(
    code: str, number: int, posted_at: datetime, due_on: date, state: str, reverses: str | None = None
) -> dict[str, Any]:
    is_posted = state == "posted"
    return {
        "run_code": code,
        "period": "2026-10",
        "community_code": "001",
        "state": state if number > 50 or is_posted else "superseded",
        "kind": "opening" if reverses is None else "reversal",
        "attempt": number,
        "post_no": number,
        "drafted_at": posted_at,
        "posted_at": posted_at if is_posted else None,
        "posted_on": posted_at.date() if is_posted else None,
        "due_on": due_on,
        "reverses": reverses,
    }
