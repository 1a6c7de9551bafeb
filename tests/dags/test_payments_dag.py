"""The payments DAG in one process: it assigns and pays, a second run does nothing, and a person decides on the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dags.conftest import DemoHome

pytestmark = pytest.mark.timeout(600)
FILES = {
    "communities.csv": "community_code,community_name,region\n001,澄庭雅苑,浦东\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-09-01\n",
    "buildings.csv": "community_code,building_code,building_name\n001,1,1号楼\n",
    "units.csv": "community_code,building_code,unit_code,unit_use,area_m2,handover_date,fit_out\n"
    "001,1,1-0101,residential,88.5,2020-01-10,done\n001,1,1-0102,residential,88.5,2020-01-10,done\n",
    "customers.csv": "customer_code,customer_name,customer_type\nK1,王甲,owner\nK2,李乙,owner\n",
    "occupancies.csv": "community_code,unit_code,customer_code,role,pays_fees,start_date\n"
    "001,1-0101,K1,owner,yes,2020-01-10\n001,1-0102,K2,owner,yes,2020-01-10\n",
    "staff.csv": "staff_code,staff_name,role\nS1,顾某,administration\n",
    "opening_balances.csv": "community_code,unit_code,customer_code,charge_kind,due_on,amount\n"
    "001,1-0101,K1,property,2026-07-31,300.00\n001,1-0102,K2,property,2026-08-31,80.00\n",
    "payments.csv": "payment_code,received_on,community_code,unit_code,payer,amount\n"
    "P1,2026-11-10,001,1-0101,王甲,300.00\nP2,2026-11-10,,,李乙,80.00\n",
}
AS_OF = "2026-11-20T12:00"


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A demo home with two flats that owe something from before, loaded through the command."""
    empty_home.load(FILES, "2026-11-20T05:00")
    return empty_home


def _settled(home: DemoHome, unit: str) -> tuple[int, dict[str, Any]]:
    done = home.guanjia("settled", "001", unit, "--as-of", AS_OF, "--json")
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.rule("BILL-05")
def test_payments_pay_what_was_owed_before_and_a_person_decides_on_the_rest(home: DemoHome) -> None:
    code, row = home.run("payments", AS_OF)
    assert (code, row["state"]) == (0, "succeeded"), row
    detail = row["detail"]
    assert (detail["opening_bills"], detail["assigned"], detail["suspense"], detail["allocated"]) == (2, 1, 1, 1)
    assert detail["gate_rows"] == 3
    assert detail["receipts_mailed"] == 0, "nobody paid for a service; it is asked after the gate"
    assert "mails_sent" in detail
    code, again = home.run("payments", AS_OF)
    assert (code, again["rows_out"]) == (0, 0), again
    assert _settled(home, "1-0101")[0] == 0
    code, answer = _settled(home, "1-0102")
    assert (code, answer["open_balance"], answer["payers"][0]["due"]) == (3, "80.00", "80.00")
    given = ("--unit", "001/1-0102", "--customer", "K2", "--as", "S1", "--as-of", AS_OF)
    decided = home.guanjia("assign", "P2", *given)
    assert decided.returncode == 0, decided.stderr
    assert "P2" in decided.stdout
    assert _settled(home, "1-0102")[0] == 0
    code, after = home.run("payments", AS_OF)
    assert (code, after["rows_out"]) == (0, 0), after
