"""The months of a demo: bills, approvals, payments and letters of a sample company, played before it is looked at."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from guanjia.sample.billing_past import play_past
from guanjia.sample.generator import Wish
from guanjia.sample.output import write
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.support.inspection_year import load

UNTIL = datetime(2026, 11, 20, 18, tzinfo=TIME_ZONE)


@pytest.mark.timeout(300)
@pytest.mark.rule("BILL-10")
def test_months_before_are_posted_and_the_newest_is_left_for_an_approval(database: Database, tmp_path: Path) -> None:
    wish = Wish(60, 3, 1, UNTIL)
    write(wish, tmp_path / "files")
    load(sorted(tmp_path.rglob("*.csv")), UNTIL)
    played = play_past(wish.first_day(), UNTIL)
    assert played["months"] == 2 and played["bills"] > 60 and played["payments"] > 30
    with database.transaction() as tx:
        runs = tx.execute(
            text("SELECT period, state, approved_by, requested_by FROM billing_runs WHERE kind = 'billing'")
        )
        assert [tuple(run)[:2] for run in runs] == [("2026-08", "posted"), ("2026-09", "posted")]
        assert tx.execute(text("SELECT sum(debit) - sum(credit) FROM ledger")).scalar_one() == 0
        books, bills = tx.execute(
            text(
                "SELECT (SELECT sum(debit - credit) FROM ledger WHERE account = 'receivable'), "
                "(SELECT sum(open_balance) FROM bill_states)"
            )
        ).one()
        assert books == bills
        assert tx.execute(text("SELECT count(*) FROM period_closes")).scalar_one() >= 1
        assert tx.execute(text("SELECT count(*) FROM messages WHERE kind <> 'intake_receipt'")).scalar_one() == 0, (
            "nobody is mailed about months ago"
        )
        entries = tx.execute(text("SELECT count(*) FROM ledger")).scalar_one()
    again = play_past(wish.first_day(), UNTIL)
    with database.transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM ledger")).scalar_one() == entries
    assert again["months"] == 0
