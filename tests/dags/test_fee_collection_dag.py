"""The DAG of collection in one process: opening balances chased, payments counted, a second run does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dags.conftest import DemoHome

FILES = {
    "communities.csv": "community_code,community_name,region\n001,澄庭雅苑,浦东\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-09-01\n",
    "buildings.csv": "community_code,building_code,building_name\n001,1,1号楼\n",
    "units.csv": "community_code,building_code,unit_code,unit_use,area_m2,handover_date,fit_out\n"
    + "".join(f"001,1,1-{number}01,residential,88.5,2020-01-10,done\n" for number in (1, 2, 3, 4)),
    "customers.csv": "customer_code,customer_name,customer_type,email\n"
    "A,王甲,owner,a@example.com\nB,李乙,owner,\nC,赵丙,owner,c@example.com\nD,钱丁,owner,d@example.com\n",
    "occupancies.csv": "community_code,unit_code,customer_code,role,pays_fees,start_date\n"
    + "".join(f"001,1-{n}01,{who},owner,yes,2020-01-10\n" for n, who in enumerate("ABCD", 1)),
    "staff.csv": "staff_code,staff_name,role,community_code,email\nM1,邵某,manager,001,shao@example.com\n",
    "opening_balances.csv": "community_code,unit_code,customer_code,charge_kind,due_on,amount\n"
    + "".join(f"001,1-{n}01,{who},property,2026-06-30,{n}00.00\n" for n, who in enumerate("ABCD", 1)),
    "payments.csv": "payment_code,received_on,community_code,unit_code,payer,amount\n"
    "P1,2026-10-09,001,1-301,赵丙,300.00\n",
    "disputes.csv": "dispute_code,community_code,unit_code,opened_on\nZ1,001,1-401,2026-10-01\n",
    "contracts.csv": "contract_code,community_code,unit_code,customer_code,charge_kind,amount_month,start_date,"
    "end_date\nP1,001,1-101,A,parking,280,2026-01-01,2026-11-01\n",
}
MONDAY, TWO_WEEKS_LATER = "2026-10-12T07:30", "2026-10-26T07:30"


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A demo home with four flats that owed money before they were served."""
    empty_home.load(FILES, "2026-10-11T05:00")
    return empty_home


LETTERS = "SELECT unit_code, customer_code, level, state FROM dunning ORDER BY run_on, notice_code"


@pytest.mark.rule("BILL-05")
def test_a_run_chases_what_is_open_and_a_second_one_does_nothing(home: DemoHome) -> None:
    code, row = home.run("fee_collection", MONDAY)
    assert (code, row["state"]) == (0, "succeeded"), row
    assert home.rows(LETTERS) == [("1-101", "A", 1, "sent"), ("1-201", "B", 1, "planned")]
    assert row["detail"]["gate_rows"] == 4, "two letters, a payment and what it paid"
    kinds = "SELECT kind, recipient FROM messages WHERE kind NOT LIKE 'intake%%' ORDER BY 1, 2"
    assert home.rows(kinds) == [
        ("collection_digest", "shao@example.com"),
        ("contract_list", "shao@example.com"),
        ("contract_reminder", "a@example.com"),
        ("dunning_notice", "a@example.com"),
    ]
    code, again = home.run("fee_collection", MONDAY)
    assert (code, again["rows_out"], again["detail"]["mails_sent"]) == (0, 0, 0), again


@pytest.mark.soak
@pytest.mark.rule("BILL-05")
def test_the_next_level_comes_after_mail_or_paper_and_the_days_between(home: DemoHome, tmp_path: Path) -> None:
    printed = home.guanjia("print-letters", "--to", str(tmp_path), "--as", "M1", "--as-of", "2026-10-13")
    assert printed.returncode == 0, printed.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letters-001-1-2026-10-12.pdf"]
    code, row = home.run("fee_collection", TWO_WEEKS_LATER)
    assert (code, row["state"]) == (0, "succeeded"), row
    assert home.rows(LETTERS)[2:] == [("1-101", "A", 2, "sent")], "B's paper is 13 days old"
