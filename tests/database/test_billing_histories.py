"""Whatever the registers went through between the runs: what is posted is what an oracle says is due (BILL-03).

Each step puts the registers into another drawn state, drafts a month and posts it. The model beside it is the clerk's:
for every month the run looks at, what is posted becomes what the registers say now, except for what is held back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, text

from guanjia.pipelines.fee_billing.digest import recomputed_digest, stored_digest
from guanjia.pipelines.fee_billing.drafting import draft_runs
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house, tried
from tests.database.test_due_lines import _tariff, _unit
from tests.support.billing_oracle import LineKey, Month, Oracle, Registers
from tests.support.billing_runs import post_in, posted_in
from tests.support.examples import examples

T = metadata.tables
UNITS = ("0100", "0101")
LIVE = date(2026, 9, 5)
PERIODS = ("2026-09", "2026-10")
Rows = dict[str, list[dict[str, Any]]]
Charge = tuple[str, str, str, str]
"""unit, charge_kind, charge_source, period"""


@st.composite
def _state(draw: st.DrawFn) -> Rows:
    found: Rows = {"tariffs": [draw(_tariff(number)) for number in range(draw(st.integers(1, 4)))]}
    for unit in UNITS:
        for table, rows in draw(_unit(unit)).items():
            found.setdefault(table, []).extend(rows)
    return found


_STEPS = st.lists(st.tuples(_state(), st.sampled_from(PERIODS)), min_size=2, max_size=5)


@pytest.fixture
def lived_in(database: Database) -> BillingHouse:
    return billing_house(database, live_from=LIVE.isoformat())


def _put(tx: Connection, state: Rows) -> None:
    """Another state of the registers; the units stay, with other values."""
    for table in (
        "paid_services",
        "case_events",
        "cases",
        "vacancy_use",
        "vacancy_registrations",
        "vacancy_applications",
        "contracts",
        "occupancies",
        "unit_versions",
        "tariffs",
    ):
        tx.execute(T[table].delete())
    for table, rows in state.items():
        if table == "units":
            for row in rows:
                tx.execute(T["units"].update().where(T["units"].c.unit_code == row["unit_code"]).values(**row))
            tx.execute(T["unit_versions"].delete())
        elif rows:
            tx.execute(insert(T[table]), rows)


def _is_held(registers: Registers, oracle: Oracle, charge: Charge, due: Decimal, posted: Decimal) -> bool:
    """Whether less is due only because a use of the unit has no tariff all month: then nothing is credited.

    Not so where a contract stands for it; nor, while another use still has a tariff, where none is expected.
    """
    unit_code, kind, source, _period = charge
    if source != "tariff" or due >= posted:
        return False
    (unit,) = registers.of("units", community_code=COMMUNITY, unit_code=unit_code)
    days: dict[str, list[date]] = {}
    for day in oracle.month.days():
        state = oracle._state(unit, day)
        if state is not None:
            days.setdefault(state[0], []).append(day)
    missing = {
        use
        for use, of_use in days.items()
        if not oracle._is_tariffed(kind, use)
        and not any(
            row["start_date"] <= min(of_use) and (row["end_date"] is None or row["end_date"] >= max(of_use))
            for row in registers.of("contracts", unit_code=unit_code, charge_kind=kind)
        )
    }
    return any(not due or _is_expected(oracle, kind, use) for use in missing)


def _is_expected(oracle: Oracle, kind: str, use: str) -> bool:
    """Every unit owes a property fee, a parking space a parking fee, and what there was a tariff for before."""
    before = any(
        row["charge_kind"] == kind
        and row["basis"] != "consumption"
        and row["unit_use"] in (None, use)
        and row["valid_from"] < min(oracle.month.days())
        for row in oracle.tariffs
    )
    return before or kind == "property" or (kind == "parking" and use == "parking")


def _clerk(registers: Registers, as_of: datetime, months: list[str], model: dict[LineKey, Decimal]) -> None:
    """Brings what is posted to what is due now."""
    for period in months:
        oracle = Oracle(registers, Month(COMMUNITY, period, LIVE, as_of, vacancy_factor=Fraction(1, 2)))
        due = oracle.due()
        keys = {*due.lines, *(key for key in model if key[3] == period)}
        for charge in {key[:4] for key in keys}:
            if charge[0] in due.held_units or (charge[2] == "tariff" and charge[:2] in due.held_charges):
                continue
            of_charge = [key for key in keys if key[:4] == charge]
            totals = (
                sum((found.get(key, Decimal(0)) for key in of_charge), Decimal(0)) for found in (due.lines, model)
            )
            if not _is_held(registers, oracle, charge, *totals):
                model.update({key: due.lines.get(key, Decimal(0)) for key in of_charge})


@pytest.mark.rule("BILL-03")
@settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=examples(4),
)
@given(steps=_STEPS)
def test_after_any_history_what_is_posted_is_what_is_due_now(
    lived_in: BillingHouse, steps: list[tuple[Rows, str]]
) -> None:
    model: dict[LineKey, Decimal] = {}
    billed: set[str] = set()
    with tried({"units": steps[0][0]["units"]}) as tx:
        for number, (state, period) in enumerate(steps):
            as_of = datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE) + timedelta(days=number)
            _put(tx, state)
            run = open_run(tx, "fee_billing", as_of)
            month = CommunityMonth(COMMUNITY, period)
            counts = draft_runs(tx, run, as_of, [month], "op")
            assert draft_runs(tx, run, as_of, [month], "op") == dict.fromkeys(counts, 0) | {"unchanged": counts["runs"]}
            months = sorted({period, *(earlier for earlier in billed if earlier < period)})
            _clerk(Registers(tx), as_of, months, model)
            for code in tx.scalars(text("SELECT run_code FROM billing_runs WHERE state = 'draft'")).all():
                assert stored_digest(tx, code) == recomputed_digest(tx, code)
            if post_in(tx, as_of):
                billed.add(period)
            assert posted_in(tx) == {key: amount for key, amount in model.items() if amount}
            assert not any(draft_runs(tx, run, as_of, [month], "op").values()), "again is nothing"
        _check_books(tx)


def _check_books(tx: Connection) -> None:
    twice = tx.execute(
        text(
            "SELECT unit_code, charge_kind, charge_source, period, customer_code, correction_no FROM bill_lines"
            " GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1"
        )
    ).all()
    assert not twice, "no two lines of one key and correction number"
    gaps = tx.execute(
        text(
            "SELECT unit_code FROM bill_lines GROUP BY unit_code, charge_kind, charge_source, period, customer_code"
            " HAVING max(correction_no) + 1 <> count(*)"
        )
    ).all()
    assert not gaps, "corrections are counted up"
    off = tx.execute(
        text(
            "SELECT b.bill_code FROM bills AS b JOIN bill_lines AS l USING (batch_no, bill_code)"
            " GROUP BY b.bill_code, b.total HAVING sum(l.amount) <> b.total"
        )
    ).all()
    assert not off, "a bill is the sum of its lines"
