"""Every line of whole offices held against a clerk who counts anew from the registers, to the cent (BILL-01…04)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.deciding import decide
from guanjia.pipelines.fee_billing.drafting import draft_runs, mark_checked
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.posting import post_run
from guanjia.pipelines.fee_billing.running import preparations
from guanjia.pipelines.fee_billing.showing import show_runs
from guanjia.sample.generator import Wish
from guanjia.sample.output import write
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.billing_recount import Clerk, Key, Money
from tests.support.inspection_year import OFFICE_REGISTERS, load, load_office
from tests.support.recount_registers import REGISTERS, Community, Terms

Listed = set[tuple[str, str, str]]
LATE_FACTS = (
    # A reading that closes September and opens October, of a unit's meter and of a shared one.
    "UPDATE meter_readings SET reading = reading + 2 WHERE read_on BETWEEN '2026-09-28' AND '2026-10-02'"
    " AND meter_code = (SELECT min(meter_code) FROM meters"
    " WHERE unit_code IS NOT NULL AND utility = 'water' AND community_code = '001')",
    "UPDATE meter_readings SET reading = reading + 7 WHERE read_on BETWEEN '2026-09-28' AND '2026-10-02'"
    " AND meter_code = (SELECT min(meter_code) FROM meters"
    " WHERE unit_code IS NULL AND utility = 'water' AND community_code = '001')",
    # Somebody else paid all the time.
    "UPDATE occupancies SET customer_code = (SELECT min(customer_code) FROM customers)"
    " WHERE pays_fees AND end_date IS NULL AND start_date < '2026-09-01' AND unit_code = '010301'",
    # A rate was wrong from the beginning; a flat was larger; a registration was never checked; a contract had ended.
    "UPDATE tariffs SET rate = rate + 0.0150 WHERE community_code = '002' AND charge_kind = 'property'",
    "UPDATE unit_versions SET area_m2 = area_m2 + 1.37 WHERE community_code = '001' AND unit_code = '010302'",
    "UPDATE vacancy_applications SET identity_checked = FALSE WHERE application_code = 'KZ2026-001'",
    "UPDATE contracts SET end_date = '2026-10-09' WHERE contract_code = (SELECT min(contract_code) FROM contracts"
    " WHERE charge_kind = 'parking' AND start_date < '2026-09-01' AND (end_date IS NULL OR end_date > '2026-11-30'))",
)
"""What becomes known after October was posted."""

CLERKS_KINDS = ("property", "parking", "water", "electricity")
"""Charges of which the clerk says himself where a tariff is missing."""


def _post(database: Database, months: list[CommunityMonth], as_of: datetime) -> list[str]:
    """Draft months, approve what is asked about, post it; codes of the runs."""
    with database.transaction() as tx:
        run = open_run(tx, "fee_billing", as_of)
    for prepare in preparations():
        with database.transaction() as tx:
            prepare(tx, run, as_of)
    with database.transaction() as tx:
        draft_runs(tx, run, as_of, months, "op")
        mark_checked(tx, run, as_of)
        show_runs(tx, run, as_of)
        waiting = tx.execute(
            text("SELECT run_code, shown_digest FROM billing_runs WHERE state = 'awaiting_approval' ORDER BY 1")
        ).all()
    for code, digest in waiting:
        with database.transaction() as tx:
            decide(tx, code, "approved", Person("boss"), shown_digest=digest, decided_at=as_of)
        with database.transaction() as tx:
            post_run(tx, open_run(tx, "fee_billing", as_of), code, as_of)
    return [code for code, _ in waiting]


def _billed(database: Database, run_codes: list[str]) -> tuple[dict[str, dict[Key, Money]], dict[str, Listed]]:
    """Lines and exceptions of billing runs, by community."""
    lines: dict[str, dict[Key, Money]] = defaultdict(dict)
    listed: dict[str, Listed] = defaultdict(set)
    with database.transaction() as tx:
        for row in tx.execute(
            text(
                "SELECT l.community_code, l.unit_code, l.charge_kind, l.charge_source, l.period, l.customer_code,"
                " l.amount, l.relief FROM bill_lines AS l JOIN bills AS b USING (batch_no, bill_code)"
                " WHERE b.run_code = any(:codes)"
            ),
            {"codes": run_codes},
        ):
            key = row[1:6]
            assert tuple(key) not in lines[row[0]], "one line of a key in a run"
            lines[row[0]][tuple(key)] = int(row.amount * 100), int(row.relief * 100)
        for row in tx.execute(
            text(
                "SELECT r.community_code, e.period, e.kind, e.subject FROM billing_exceptions AS e"
                " JOIN billing_runs AS r USING (run_code) WHERE r.run_code = any(:codes)"
            ),
            {"codes": run_codes},
        ):
            listed[row[0]].add(tuple(row[1:]))
    return lines, listed


def _tables(database: Database) -> dict[str, list[Any]]:
    with database.transaction() as tx:
        return {name: [dict(row) for row in tx.execute(text(f"SELECT * FROM {name}")).mappings()] for name in REGISTERS}


def _of_the_clerk(listed: Listed) -> Listed:
    return {each for each in listed if each[1] != "no_tariff" or each[2].split("/")[0] in CLERKS_KINDS}


def _once(said: Listed) -> Listed:
    """A charge without a tariff is told once, for the newest month."""
    newest = {
        each[2]: max(other[0] for other in said if other[1:] == each[1:]) for each in said if each[1] == "no_tariff"
    }
    return {each for each in said if each[1] != "no_tariff" or each[0] == newest[each[2]]}


def _hold(
    database: Database, clerks: dict[str, Clerk], terms: dict[str, Terms], period: str, as_of: datetime
) -> dict[str, int]:
    """Bill a month as the product does and as the clerks do; number of lines by kind."""
    codes = _post(database, [CommunityMonth(code, period) for code in clerks], as_of)
    lines, listed = _billed(database, codes)
    tables = _tables(database)
    counts: dict[str, int] = defaultdict(int)
    for code, clerk in clerks.items():
        known = Community(tables, code, terms[code], as_of.astimezone(TIME_ZONE).date())
        expected, said = clerk.bill(known, period)
        wrong = {
            key: (lines[code].get(key), expected.get(key))
            for key in {*lines[code], *expected}
            if lines[code].get(key) != expected.get(key)
        }
        assert not wrong, f"{code} {period}: billed, and as the clerk has it"
        if expected:
            assert _of_the_clerk(listed[code]) == _once(said)
        for key in expected:
            counts[key[1]] += 1
    return counts


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T02:00").replace(tzinfo=TIME_ZONE)


@pytest.mark.rule("BILL-03")
@pytest.mark.skipif(not OFFICE_REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
def test_every_line_of_an_office_is_what_a_clerk_counts(database: Database) -> None:
    load_office(database)
    with database.transaction() as tx:
        tx.execute(insert(metadata.tables["settings"]).values(setting="billing_approvers", value="boss"))
    clerks = {"001": Clerk(), "002": Clerk()}
    terms = dict.fromkeys(clerks, Terms(date(2026, 9, 1)))
    september = _hold(database, clerks, terms, "2026-09", _at("2026-10-05"))
    october = _hold(database, clerks, terms, "2026-10", _at("2026-11-05"))
    assert min(september["property"], october["property"]) > 200
    assert min(september["water"], september["shared_electricity"], september["parking"]) > 20
    assert any(relief for _, relief in clerks["001"].posted.values()), "a vacant unit has relief of a shared meter"
    with database.transaction() as tx:
        for statement in LATE_FACTS:
            assert tx.execute(text(statement)).rowcount, statement
    late = _hold(database, clerks, terms, "2026-10", _at("2026-11-20"))
    assert late["property"] > 100 and late["shared_water"] > 50 and late["water"] > 1 and late["parking"]
    assert not _post(database, [CommunityMonth(code, "2026-10") for code in clerks], _at("2026-11-20"))


@pytest.mark.rule("BILL-03")
def test_every_line_of_a_sample_company_is_what_clerks_count(database: Database, tmp_path: Path) -> None:
    until = datetime(2026, 11, 20, 18, tzinfo=TIME_ZONE)
    write(Wish(100, 3, 1, until), tmp_path / "files")
    load(sorted(tmp_path.rglob("*.csv")), until)
    with database.transaction() as tx:
        tx.execute(text("DELETE FROM settings WHERE setting = 'billing_approvers'"))
        tx.execute(insert(metadata.tables["settings"]).values(setting="billing_approvers", value="boss"))
        live = tx.execute(
            text("SELECT community_code, value FROM settings WHERE setting = 'live_from' ORDER BY 1")
        ).all()
        communities = tx.scalars(text("SELECT community_code FROM communities ORDER BY 1")).all()
    days = {row.community_code: date.fromisoformat(row.value) for row in live}
    terms = {code: Terms(days[code] if code in days else days[None]) for code in communities}
    clerks = {code: Clerk() for code in communities}
    for period, as_of in (("2026-08", "2026-09-05"), ("2026-09", "2026-10-05"), ("2026-10", "2026-11-20")):
        lines = _hold(database, clerks, terms, period, _at(as_of))
        assert lines["property"] > 80 and lines["water"] > 20
