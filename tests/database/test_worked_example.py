"""The worked example of docs/billing.md: each figure printed there is a figure here, by a reader's arithmetic.

An office's own registers (community 001, served from 1 September 2026). September is posted on 5 October. October is
drafted three times, approved, drafted again. On 21 November three facts of September arrive late: a vacancy
registration, a corrected meter reading, a change of payer.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.support.inspection_year import OFFICE_REGISTERS
from tests.support.worked_example import AGAIN, OCTOBER, SEPTEMBER, Office

pytestmark = [
    pytest.mark.skipif(not OFFICE_REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout"),
    pytest.mark.timeout(300),
]

VACANT, METER, MOVED = "030902", "010102", "010103"
OLD, NEW, OWNER, RESIDENT = "200005", "200006", "200121", "200004"


def cent(amount: Fraction) -> Decimal:
    """Rounded once, half up, to the cent."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


SEPTEMBER_LINES = {
    (VACANT, "property", "tariff"): cent(Fraction("102.88") * Fraction("2.80")),
    (VACANT, "electricity", "DB001-030902"): cent(Fraction("0.4") * Fraction("0.53")),
    # Building 03: (5525 - 5419) × 20 = 2120 kWh × 0.53 = 1123.60 over 4628.51 m².
    (VACANT, "shared_electricity", "GT-03-D"): cent(Fraction("1123.60") * Fraction("102.88") / Fraction("4628.51")),
    # The community: 7122 - 6995 = 127 t × 3.27 = 415.29 over 132 households, 3.1461 each: some 3.15, others 3.14.
    (VACANT, "shared_water", "GT-001-S"): Decimal("3.14"),
    (METER, "property", "tariff"): cent(Fraction("98.29") * Fraction("2.80")),
    (METER, "electricity", "DB001-010102"): cent((Fraction("3161.8") - Fraction("3017")) * Fraction("0.53")),
    (METER, "water", "SB001-010102"): cent((Fraction("744.4") - Fraction("726")) * Fraction("3.27")),
    # Building 01: (7480 - 7381) × 20 = 1980 kWh × 0.53 = 1049.40 over 4549.14 m².
    (METER, "shared_electricity", "GT-01-D"): cent(Fraction("1049.40") * Fraction("98.29") / Fraction("4549.14")),
    (METER, "shared_water", "GT-001-S"): Decimal("3.15"),
    (METER, "paid_service", "GD20260920-007/1"): Decimal("86.00"),
    (METER, "paid_service", "GD20260920-007/2"): Decimal("40.00"),
    (MOVED, "property", "tariff"): cent(Fraction("88.88") * Fraction("2.80")),
    (MOVED, "electricity", "DB001-010103"): cent(Fraction(100) * Fraction("0.53")),
    (MOVED, "water", "SB001-010103"): cent(Fraction("14.4") * Fraction("3.27")),
    (MOVED, "shared_electricity", "GT-01-D"): cent(Fraction("1049.40") * Fraction("88.88") / Fraction("4549.14")),
    (MOVED, "shared_water", "GT-001-S"): Decimal("3.15"),
}
"""What the three flats are billed for September."""

REGISTERED = Fraction(19, 30) + Fraction(1, 2) * Fraction(11, 30)
"""20 to 30 September at half the fee."""

RATES_OF_OCTOBER = Fraction("2.80") * Fraction(15, 31) + Fraction("3.10") * Fraction(16, 31)
"""The fee rises on 16 October."""

CORRECTIONS = {
    (VACANT, "property", "2026-09", OWNER): cent(Fraction("102.88") * Fraction("2.80") * REGISTERED)
    - Decimal("288.06"),
    (VACANT, "property", "2026-10", OWNER): cent(Fraction("102.88") * RATES_OF_OCTOBER / 2) - Decimal("303.99"),
    (VACANT, "shared_electricity", "2026-09", OWNER): cent(Fraction("24.97") * REGISTERED) - Decimal("24.97"),
    (VACANT, "shared_water", "2026-09", OWNER): cent(Fraction("3.14") * REGISTERED) - Decimal("3.14"),
    (VACANT, "shared_water", "2026-10", OWNER): cent(Fraction("4.11") / 2) - Decimal("4.11"),
    (METER, "electricity", "2026-09", RESIDENT): cent(Fraction("114.8") * Fraction("0.53")) - Decimal("76.74"),
    (METER, "electricity", "2026-10", RESIDENT): cent(Fraction("335.5") * Fraction("0.53")) - Decimal("161.92"),
    # 15 of 30 days each; of an odd cent the earlier payer keeps the larger half.
    (MOVED, "property", "2026-09", OLD): Decimal("124.43") - Decimal("248.86"),
    (MOVED, "property", "2026-09", NEW): Decimal("124.43"),
    (MOVED, "electricity", "2026-09", OLD): Decimal("26.50") - Decimal("53.00"),
    (MOVED, "electricity", "2026-09", NEW): Decimal("26.50"),
    (MOVED, "water", "2026-09", OLD): Decimal("23.55") - Decimal("47.09"),
    (MOVED, "water", "2026-09", NEW): Decimal("23.54"),
    (MOVED, "shared_electricity", "2026-09", OLD): Decimal("10.25") - Decimal("20.50"),
    (MOVED, "shared_electricity", "2026-09", NEW): Decimal("10.25"),
    (MOVED, "shared_water", "2026-09", OLD): Decimal("1.58") - Decimal("3.15"),
    (MOVED, "shared_water", "2026-09", NEW): Decimal("1.57"),
    **{
        (MOVED, charge, "2026-10", payer): sign * Decimal(amount)
        for charge, amount in (
            ("property", "262.63"),
            ("electricity", "154.55"),
            ("water", "24.53"),
            ("shared_electricity", "21.69"),
            ("shared_water", "4.12"),
        )
        for payer, sign in ((OLD, -1), (NEW, 1))
    },
}
"""What the late facts change, by (unit, charge, month, payer)."""


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def bring_late_facts(office: Office) -> None:
    office.bring(
        "vacancy_applications.csv",
        "application_code,community_code,unit_code,applied_on,start_date,end_date,identity_checked,water_reading,"
        "electricity_reading",
        f"KZ2026-101,001,{VACANT},2026-11-18,2026-09-20,2027-03-31,yes,402.4,411.1",
        as_of=AGAIN,
    )
    office.bring(
        "meter_readings.csv",
        "meter_code,read_on,reading,estimated",
        "DB001-010102,2026-09-30,3131.8,no",
        as_of=AGAIN,
    )
    office.bring(
        "occupancies.csv",
        "community_code,unit_code,customer_code,role,pays_fees,start_date,end_date",
        f"001,{MOVED},{OLD},owner,yes,2020-04-15,2026-09-15",
        f"001,{MOVED},{NEW},owner,yes,2026-09-16,",
        as_of=AGAIN,
    )


@pytest.mark.rule("BILL-01", "BILL-02", "BILL-03", "BILL-04", "BILL-10")
def test_months_and_late_facts_come_out_as_a_careful_clerk_would_have_them(office: Office) -> None:
    september = office.draft("2026-09", SEPTEMBER)
    assert september == "B2609-001-1"
    found = {key[:3]: amount for key, amount in office.lines(september).items()}
    assert {key: found[key] for key in SEPTEMBER_LINES} == SEPTEMBER_LINES
    assert [key for key in found if key[0] in (VACANT, METER, MOVED) and key not in SEPTEMBER_LINES] == []
    office.approve(september, SEPTEMBER.replace(hour=10))

    october = {office.draft("2026-10", OCTOBER) for _ in range(3)}
    assert october == {"B2610-001-1"}, "the second and third time nothing is written"
    assert office.rows("SELECT count(*) FROM billing_runs")[0][0] == 2
    office.approve("B2610-001-1", OCTOBER.replace(hour=10))
    assert office.draft("2026-10", OCTOBER.replace(hour=12)) is None, "posted: nothing is left to bill"

    bring_late_facts(office)
    corrections = office.draft("2026-10", AGAIN)
    assert corrections == "B2610-001-2"
    of_lines = office.lines(corrections)
    assert {(key[0], key[1], key[3], key[4]): amount for key, amount in of_lines.items()} == CORRECTIONS
    assert sum(of_lines.values()) == Decimal("-212.01")
    office.approve(corrections, AGAIN.replace(hour=10))
    assert office.draft("2026-10", AGAIN.replace(hour=12)) is None

    books_hold(office)
    assert owed(office) == {
        (VACANT, OWNER): Decimal("412.68"),
        (METER, RESIDENT): Decimal("962.22"),
        (METER, "200200"): Decimal("126.00"),
        (MOVED, OLD): Decimal("186.31"),
        (MOVED, NEW): Decimal("653.81"),
    }
    relief = office.rows(
        "SELECT sum(debit) - sum(credit) FROM ledger WHERE account = 'relief' AND source_code = :r", r=corrections
    )
    assert relief[0][0] == Decimal("4.58") + Decimal("0.58") + Decimal("2.05"), "what the company bears of shared costs"


def owed(office: Office) -> dict[tuple[str, str], Decimal]:
    """What the payers of the three flats owe."""
    rows = office.rows(
        "SELECT unit_code, customer_code, sum(open_balance) FROM bill_states "
        "WHERE community_code = '001' AND unit_code = ANY(:units) GROUP BY 1, 2",
        units=[VACANT, METER, MOVED],
    )
    return {(row[0], row[1]): row[2] for row in rows}


def books_hold(office: Office) -> None:
    """Debits are credits, journal by journal; receivables are what is open, per unit and payer."""
    assert office.rows("SELECT journal_code FROM ledger GROUP BY 1 HAVING sum(debit) <> sum(credit)") == []
    differing = office.rows(
        "SELECT coalesce(l.unit_code, b.unit_code) FROM (SELECT unit_code, customer_code, sum(debit - credit) AS amount"
        " FROM ledger WHERE account = 'receivable' GROUP BY 1, 2) AS l FULL JOIN (SELECT unit_code, customer_code, "
        "sum(open_balance) AS amount FROM bill_states GROUP BY 1, 2) AS b USING (unit_code, customer_code) "
        "WHERE coalesce(l.amount, 0) <> coalesce(b.amount, 0)"
    )
    assert differing == []
