"""The registers of one office: the flat that was used though registered vacant is found, and no other (INS-09)."""

from __future__ import annotations

import pytest

from guanjia.cli import main
from guanjia.pipelines.vacancy_inspections.meters import measure_use
from guanjia.pipelines.vacancy_inspections.registrations import judge_registrations
from guanjia.store.runs import open_run
from tests.conftest import SHARED, Database
from tests.database.visit_house import VisitHouse, at

REGISTERS = SHARED / "data" / "registers"


@pytest.mark.rule("INS-09")
@pytest.mark.skipif(not REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
def test_only_the_flat_that_was_used_counts_as_occupied(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    main(["load", str(REGISTERS), "--as-of", "2026-11-20T11:30"])
    capsys.readouterr()
    house = VisitHouse(database)
    house.add("settings", setting="live_from", value="2026-09-01")
    instant = at("20 11:30")
    with database.transaction() as tx:
        run = open_run(tx, "vacancy_inspections", instant, started_at=instant)
        judge_registrations(tx, run, instant)
    with database.transaction() as tx:
        measure_use(tx, run, instant)
    occupied = house.rows("SELECT application_code, period FROM vacancy_use WHERE is_occupied ORDER BY 1, 2")
    assert occupied == [("KZ2026-008", "2026-09"), ("KZ2026-008", "2026-10")]
    september = house.row(
        "SELECT water_use, electricity_use FROM vacancy_use "
        "WHERE application_code = 'KZ2026-008' AND period = '2026-09'"
    )
    assert [str(value) for value in september] == ["1.7", "23.4"]
    measured = house.row("SELECT count(DISTINCT application_code) FROM vacancy_use")
    accepted = house.row("SELECT count(*) FROM vacancy_registrations WHERE state = 'accepted'")
    assert measured == accepted
    with database.transaction() as tx:
        assert not any(measure_use(tx, run, instant).values())
    assert main(["explain", "KZ2026-008", "--as-of", "2026-11-20T11:30"]) == 0
    assert "该月按入住计费" in capsys.readouterr().out
    assert house.remarks() == []
