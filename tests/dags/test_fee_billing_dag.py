"""The billing DAG in one process: waits for a person, again writes nothing, is decided on and posted by the command."""

from __future__ import annotations

import pytest

from tests.dags.conftest import DemoHome

FLATS = 12
UNITS = "community_code,building_code,unit_code,unit_use,area_m2,handover_date,fit_out\n" + "".join(
    f"001,1,1-{number:02}01,residential,84,2025-01-10,done\n" for number in range(1, FLATS + 1)
)
CUSTOMERS = "customer_code,customer_name,customer_type\n" + "".join(
    f"C{number:02},张某{number},owner\n" for number in range(1, FLATS + 1)
)
OCCUPANCIES = "community_code,unit_code,customer_code,role,start_date,pays_fees\n" + "".join(
    f"001,1-{number:02}01,C{number:02},owner,2025-01-10,yes\n" for number in range(1, FLATS)
)
STAFF = """staff_code,staff_name,role,community_code,email,login
S01,钱岚,supervisor,001,qianlan@example.com,qianlan
S02,沈鹤,manager,,shenhe@example.com,shenhe
"""
TARIFFS = """tariff_code,community_code,charge_kind,unit_use,basis,rate,valid_from
T1,001,property,residential,area_month,2.80,2025-01-01
"""
FILES = {
    "communities.csv": "community_code,community_name\n001,澄庭雅苑\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-09-01\nbilling_approvers,,shenhe\n",
    "buildings.csv": "community_code,building_code,building_name\n001,1,1号楼\n",
    "units.csv": UNITS,
    "customers.csv": CUSTOMERS,
    "occupancies.csv": OCCUPANCIES,
    "staff.csv": STAFF,
    "tariffs.csv": TARIFFS,
}
SEPTEMBER = ("2026-10-05T02:00", "--param", "period=2026-09")
FIRST = "B2609-001-1"


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A demo home with a dozen flats, eleven of them with a payer, loaded through the command."""
    empty_home.load(FILES, "2026-10-05T01:00")
    return empty_home


RUNS = "SELECT run_code, state FROM billing_runs ORDER BY period, attempt"


def test_a_month_is_drafted_shown_approved_by_the_second_person_posted_and_told_once(home: DemoHome) -> None:
    code, row = home.run("fee_billing", *SEPTEMBER)
    assert (code, row["state"]) == (0, "waiting"), row
    assert home.rows(RUNS) == [(FIRST, "awaiting_approval")]
    assert (row["detail"]["bills"], row["detail"]["exceptions"], row["detail"]["mails_sent"]) == (FLATS - 1, 1, 1)
    code, again = home.run("fee_billing", *SEPTEMBER)
    assert (code, again["rows_out"], again["detail"]["mails_sent"]) == (0, 0, 0), again
    assert home.rows("SELECT count(*) FROM ledger") == [(0,)]

    refused = home.guanjia("approve", FIRST, "--as", "S01")
    assert (refused.returncode, "billing_approvers" in refused.stderr) == (1, True), refused.stderr
    for words in (("posted",), ("posted before", "此前已入账")):
        done = home.guanjia("approve", FIRST, "--as", "S02", "--as-of", "2026-10-06T10:00")
        assert done.returncode == 0, done.stderr
        assert any(word in done.stderr + done.stdout for word in (*words, "入账")), done.stdout
    assert home.rows(RUNS) == [(FIRST, "posted")]
    balance = "SELECT sum(debit) = sum(credit), sum(debit) > 0, min(posted_on)::text FROM ledger"
    assert home.rows(balance) == [(True, True, "2026-10-06")]
    assert home.rows("SELECT count(*) FROM bill_deliveries") == [(FLATS - 1,)]
    waiting = "SELECT count(*) FROM runs WHERE pipeline = 'fee_billing' AND state <> 'succeeded'"
    assert home.rows(f"{waiting} AND state <> 'failed'") == [(0,)]

    code, row = home.run("fee_billing", "2026-10-07T02:00", "--param", "period=2026-09")
    assert (code, row["rows_out"], home.rows(RUNS)) == (0, 0, [(FIRST, "posted")])


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (("period=2026-12",), "2026-12 is not over"),
        pytest.param(("period=October",), "A period is written like 2026-10", marks=pytest.mark.soak),
        pytest.param(("community=009",), "There is no community 009", marks=pytest.mark.soak),
    ],
)
def test_a_month_that_cannot_be_billed_is_told_in_a_sentence(home: DemoHome, form: tuple[str, ...], told: str) -> None:
    before = home.rows(RUNS)
    code, row = home.run("fee_billing", "2026-11-05T02:00", "--param", *form)
    assert (code, row["state"], row["detail"]["failed_task"]) == (1, "failed", "draft"), row
    assert told in row["detail"]["reason"]
    assert home.rows(RUNS) == before


def test_what_changed_after_it_was_shown_is_refused_shown_anew_rejected_and_drafted_again(
    home: DemoHome,
) -> None:
    october = ("2026-11-05T02:00", "--param", "period=2026-10")
    assert home.run("fee_billing", *october)[0] == 0
    late = OCCUPANCIES.splitlines()[0] + f"\n001,1-{FLATS:02}01,C{FLATS:02},owner,2026-10-01,yes\n"
    home.load({"occupancies.csv": late}, "2026-10-05T01:00")
    decision = ("--as", "S02", "--as-of", "2026-11-06T10:00")
    done = home.guanjia("approve", "B2610-001-1", *decision)
    assert (done.returncode, "B2610-001-2" in done.stderr + done.stdout) == (1, True), done.stderr
    assert home.rows(f"{RUNS} OFFSET 1") == [("B2610-001-1", "superseded"), ("B2610-001-2", "awaiting_approval")]
    assert home.guanjia("reject", "B2610-001-2", *decision).returncode == 2, "a reason is needed"
    done = home.guanjia("reject", "B2610-001-2", "--reason", "面积不对", *decision)
    assert done.returncode == 0, done.stderr
    assert home.guanjia("approve", "B2610-001-2", *decision).returncode == 1
    code, row = home.run("fee_billing", *october)
    assert (code, row["state"]) == (0, "waiting"), row
    done = home.guanjia("approve", row["run_code"], *decision)
    assert done.returncode == 0, done.stderr
    assert home.rows(f"{RUNS} OFFSET 1")[-1] == ("B2610-001-3", "posted")
