"""kill -9 of any process of a billing run at any moment, then again: the same books, nobody billed or told twice."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from tests.support.kills import House, State, differences, killed, once, state_of, summary

KILLS = 2
FLATS = 21
AS_OF = datetime(2026, 10, 5, 2, tzinfo=TIME_ZONE)
DATASETS = ("billing_runs", "bill_lines", "ledger", "allocations", "bill_deliveries", "payment_assignments")
PASSING = frozenset({"run_id", "run_code_of_pipeline", "allocation_id", "assignment_no", "batch_no"})
"""Columns that hold numbers of runs and rows, which a kill may leave a gap in."""

STEPS = """
import sys
from datetime import UTC, datetime
from guanjia.domain.errors import GuanjiaError
from guanjia.outbox import deliver_outbox
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing import allocation, payments, running
from guanjia.pipelines.fee_billing.deciding import decide
from guanjia.store.engine import transaction
from guanjia.store.runs import close_run, open_run

as_of = datetime.fromisoformat(sys.argv[1])
try:
    with transaction() as tx:
        run = open_run(tx, "fee_billing", as_of, started_at=datetime.now(UTC))
    with transaction() as tx:
        payments.assign_payments(tx, run, as_of)
        allocation.allocate(tx, run, as_of)
    with transaction() as tx:
        running.draft(tx, run, as_of, period="2026-09", requested_by="clerk")
    with transaction() as tx:
        running.show(tx, run, as_of)
    for community in ("001", "002"):
        with transaction() as tx:
            for found in running.undecided_runs(tx, community):
                if found.state == "awaiting_approval":
                    decide(tx, found.run_code, "approved", Person("boss"), shown_digest=found.digest, decided_at=as_of)
    with transaction() as tx:
        codes = running.claim_questions(tx, run.run_code, as_of=as_of)
    for code in codes:
        running.post(run, code)
        running.tell(run, code)
    report = deliver_outbox(as_of)
    with transaction() as tx:
        close_run(tx, run.run_id, "succeeded", ended_at=datetime.now(UTC))
except GuanjiaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
sys.exit(report.problem or 0)
"""
"""The steps of the DAG and of the second person in their order, each in its transaction, without Airflow and gates."""


def furnish(transaction: Connection, batch_rows: int) -> None:
    """Two communities of flats, some payers with an address, some who have paid before; large or small runs."""

    def add(name: str, rows: list[dict[str, Any]]) -> None:
        transaction.execute(insert(metadata.tables[name]), rows)

    codes = ("001", "002")
    add("communities", [{"community_code": code, "community_name": code} for code in codes])
    add("settings", [{"setting": "live_from", "value": "2026-09-01"}])
    add("settings", [{"setting": "billing_approvers", "value": "boss"}])
    add("settings", [{"setting": "billing_batch_rows", "value": str(batch_rows)}])
    add(
        "staff",
        [{"staff_code": "S1", "staff_name": "某", "role": "manager", "login": "boss", "email": "boss@example.com"}],
    )
    add("buildings", [{"community_code": code, "building_code": "01"} for code in codes])
    flats = [(code, f"{number:04}", f"C{code}{number:04}") for code in codes for number in range(FLATS)]
    add(
        "units",
        [
            {
                "community_code": code,
                "building_code": "01",
                "unit_code": unit,
                "unit_use": "residential",
                "area_m2": Decimal(80) + int(unit),
                "handover_date": date(2020, 1, 1),
                "fit_out": "done",
            }
            for code, unit, _payer in flats
        ],
    )
    add(
        "customers",
        [
            {
                "customer_code": payer,
                "customer_name": payer,
                "customer_type": "owner",
                "email": f"{payer.lower()}@example.com" if int(unit) % 3 else None,
            }
            for _code, unit, payer in flats
        ],
    )
    add(
        "occupancies",
        [
            {
                "community_code": code,
                "unit_code": unit,
                "customer_code": payer,
                "role": "owner",
                "pays_fees": True,
                "start_date": date(2020, 1, 1),
            }
            for code, unit, payer in flats
        ],
    )
    add(
        "tariffs",
        [
            {
                "tariff_code": f"T{code}",
                "community_code": code,
                "charge_kind": "property",
                "basis": "area_month",
                "rate": Decimal("2.80"),
                "valid_from": date(2020, 1, 1),
            }
            for code in codes
        ],
    )
    add(
        "payments",
        [
            {
                "payment_code": f"P{code}{unit}",
                "received_on": date(2026, 9, 20),
                "community_code": code,
                "unit_code": unit,
                "payer": payer,
                "amount": Decimal(150),
            }
            for code, unit, payer in flats
            if int(unit) % 2
        ],
    )


@dataclass(frozen=True)
class Undisturbed:
    house: House
    command: list[str]
    expected: State
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    """Runs that fill partitions of their own."""
    yield from billed(tmp_path_factory, batch_rows=1)


def billed(tmp_path_factory: pytest.TempPathFactory, batch_rows: int) -> Iterator[Undisturbed]:
    """A house and what a run nobody disturbs comes to; the house is closed afterwards."""
    house = House(tmp_path_factory.mktemp("kill") / "home")
    writing = house.engine()
    with writing.begin() as transaction:
        furnish(transaction, batch_rows)
    writing.dispose()
    house.keep()
    command = [sys.executable, "-c", STEPS, AS_OF.isoformat()]
    seconds = once(house, command)
    expected = state_of(house, DATASETS)
    assert len(expected.rows["bill_lines"]) == 2 * FLATS and len(expected.rows["bill_deliveries"]) == 2 * FLATS
    assert len(expected.rows["ledger"]) > 3 * FLATS and len(expected.mails) == 2 * FLATS * 2 // 3 + 1
    assert all(row["posted_on"] == "2026-10-05" for row in expected.rows["billing_runs"])
    yield Undisturbed(house, command, expected, seconds)
    house.close()


def comparable(state: State) -> State:
    """Without numbers of rows and of runs of the pipeline, which a kill leaves gaps in."""
    rows = {
        name: [{key: value for key, value in row.items() if key not in PASSING} for row in found]
        for name, found in state.rows.items()
    }
    mails = frozenset(mail if mail[0] == "bill" else (mail[0], *mail[2:]) for mail in state.mails)
    return replace(state, rows=rows, mails=mails)


def accept(house: House, found: State, expected: State) -> None:
    assert differences(comparable(found), comparable(expected)) == []
    reading = house.engine("read")
    with reading.connect() as tx:
        assert tx.scalar(text("SELECT sum(debit) - sum(credit) FROM ledger")) == 0
        owed = tx.scalar(text("SELECT sum(debit - credit) FROM ledger WHERE account = 'receivable'"))
        assert owed == tx.scalar(text("SELECT sum(open_balance) FROM bill_states WHERE state <> 'draft'")) != 0
        loose = text(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition"
            r" AND relname ~ '^(bills|bill_lines|ledger|pool_shares)_b\d+$'"
        )
        assert tx.scalars(loose).all() == []
    reading.dispose()


def trials(undisturbed: Undisturbed, number: int, seed: int) -> str:
    chance, house = random.Random(seed), undisturbed.house
    return summary(
        [
            killed(
                house,
                undisturbed.command,
                undisturbed.expected,
                DATASETS,
                undisturbed.seconds,
                chance,
                accept=lambda found, expected: accept(house, found, expected),
            )
            for _number in range(number)
        ]
    )


@pytest.mark.rule("BILL-10")
def test_killed_at_random_moments(undisturbed: Undisturbed) -> None:
    trials(undisturbed, KILLS, seed=20261105)
