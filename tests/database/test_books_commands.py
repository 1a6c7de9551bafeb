"""`guanjia close` and `guanjia reverse`: who may, what they say, and with which exit code they end."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia import cli, settings
from guanjia.host.home import make_home
from tests.conftest import Database
from tests.database.billing_house import BillingHouse, billing_house
from tests.database.books_house import at, balances, bill

pytestmark = pytest.mark.rule("BILL-10")


@pytest.fixture
def house(database: Database) -> BillingHouse:
    found = billing_house(database)
    make_home(database.home, is_demo=True)
    for code, login in (("S1", "boss"), ("S2", None)):
        found.add("staff", staff_code=code, staff_name="林某", role="manager", login=login)
    found.add("settings", setting="billing_approvers", value="boss")
    found.unit("0101", "84")
    found.payer("0101", "A")
    found.tariff("T", "2.80")
    return found


def test_a_month_is_closed_once(house: BillingHouse, capsys: pytest.CaptureFixture[str]) -> None:
    settings.use(language="en")
    bill(house, "2026-09", at("10-05"))
    bill(house, "2026-10", at("11-05"))
    given = ["close", "2026-10", "--as", "S1", "--as-of", "2026-11-06"]
    assert cli.main(given) == 0
    assert "2026-10 is closed: debit and credit 235.20, 2 accounts carried forward." in capsys.readouterr().out
    assert cli.main(given) == 0
    assert "closed before" in capsys.readouterr().out
    assert cli.main(["close", "2027-10", "--as", "S1", "--as-of", "2026-11-06"]) == 2
    assert "is not over" in capsys.readouterr().err
    assert cli.main(["close", "2026-09", "--as-of", "2026-11-06"]) == 2
    assert "Say who acts" in capsys.readouterr().err
    assert cli.main(["close", "2026-11", "--as", "S2", "--as-of", "2026-12-06"]) == 1
    assert "S2 is not among those who may close a month" in capsys.readouterr().err
    with house.database.transaction() as tx:
        assert tx.execute(text("SELECT closed_by FROM period_closes")).scalar_one() == "S1"


def test_a_month_never_billed_is_closed_with_a_word_of_its_own(
    house: BillingHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["close", "2026-09", "--as", "S1", "--as-of", "2026-10-02"]
    assert cli.main(given) == 1
    assert "--unbilled" in capsys.readouterr().err
    assert cli.main([*given, "--unbilled"]) == 0
    assert "2026-09 已结账" in capsys.readouterr().out


def test_an_approver_reverses_a_posted_run(house: BillingHouse, capsys: pytest.CaptureFixture[str]) -> None:
    settings.use(language="en")
    code = bill(house, "2026-09", at("2027-10-05"))
    given = ["reverse", code, "--reason", "wrong tariff"]
    assert cli.main([*given, "--as", "S2"]) == 1
    assert "S2 is not among those who may reverse" in capsys.readouterr().err
    assert cli.main([*given, "--as", "S1"]) == 0
    told = capsys.readouterr().out
    assert "B2609-001-1 is reversed by R2609-001-1." in told
    assert "--param period=2026-09 --param community=001" in told
    assert balances(house) == {}
    with house.database.transaction() as tx:
        row = tx.execute(text("SELECT approved_by, decision_reason, total FROM billing_runs WHERE kind = 'reversal'"))
        assert tuple(row.one()) == ("S1", "wrong tariff", Decimal("-235.20"))
    assert cli.main([*given, "--as", "S1"]) == 1
    assert "reversed before, by R2609-001-1" in capsys.readouterr().err
    assert cli.main(["reverse", "B2610-001-1", "--reason", "x", "--as", "S1"]) == 1
    assert "There is no billing run B2610-001-1" in capsys.readouterr().err
