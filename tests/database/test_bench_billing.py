"""The benches of billing at a tiny size: they bill what they say, by the pipeline's own steps, and repeat."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from guanjia.bench.billing import COMMUNITIES, BillingBench
from guanjia.bench.billing_run import BillingRunBench
from guanjia.bench.billing_scaling import BillingScalingBench
from guanjia.bench.harness import Place
from tests.conftest import Database

UNITS = 300


def test_every_unit_gets_its_five_lines_and_the_work_repeats(database: Database, tmp_path: Path) -> None:
    bench, told = BillingBench(), list[str]()
    place = Place(tmp_path, told.append)
    bench.prepare(place, UNITS)
    with database.transaction() as tx:
        units, full, runs = tx.execute(
            text(
                "SELECT count(DISTINCT (community_code, unit_code)), "
                "count(DISTINCT (community_code, unit_code)) FILTER (WHERE factor IS NULL OR factor = 1), "
                "(SELECT count(*) FROM billing_runs) FROM bill_lines WHERE charge_kind = 'property'"
            )
        ).one()
    assert (units, runs) == (UNITS, COMMUNITIES) and full > UNITS * 0.9
    for _ in range(2):
        bench.reset(place)
        bench.yardstick(place)
        bench.reset(place)
        assert bench.work(place) >= UNITS * 5
    assert any("lines" in line for line in told)


@pytest.mark.rule("BILL-10")
def test_a_whole_run_is_posted_with_balanced_books(database: Database, tmp_path: Path) -> None:
    bench = BillingRunBench()
    place = Place(tmp_path, lambda _told: None)
    bench.prepare(place, UNITS)
    bench.reset(place)
    assert bench.work(place) >= UNITS * 5
    with database.transaction() as tx:
        posted, debit, credit, billed = tx.execute(
            text(
                "SELECT (SELECT count(*) FROM billing_runs WHERE state = 'posted'), sum(debit), sum(credit), "
                "(SELECT sum(total) FROM bills) FROM ledger"
            )
        ).one()
    assert posted == COMMUNITIES and debit == credit == billed > 0


def test_drafts_of_some_communities_at_a_time_and_of_all_leave_nothing(database: Database, tmp_path: Path) -> None:
    bench = BillingScalingBench()
    place = Place(tmp_path, lambda _told: None)
    bench.prepare(place, 200)
    bench.yardstick(place)
    assert bench.work(place) >= 200 * 5
    with database.transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM billing_runs")).scalar_one() == 0
