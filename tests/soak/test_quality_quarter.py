"""A quarter of quality checks on 60 agents, week by week, counted anew from the tables (`make soak`).

The tables it prints stand in docs/quality.md.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.support.quality_quarter import WEEKS, draws_only, make_company, play, tables
from tests.support.quality_recount import least_hits


@pytest.mark.soak
@pytest.mark.rule("QC-01", "QC-03", "QC-05", "QC-06")
@pytest.mark.timeout(7_200)
def test_a_quarter_of_sixty_agents(database: Database, tmp_path: Path) -> None:
    company = make_company(database)
    began = time.monotonic()
    played = play(database, company, tmp_path / "files")
    played.seconds = time.monotonic() - began
    print(f"\n{tables(played)}")  # the tables in docs/quality.md
    found = played.recount
    assert found.faults == []
    assert played.uneven == []
    assert sum(played.written_again.values()) == 0, played.written_again
    assert (
        len(found.weeks) == WEEKS and found.figures["weeks with room"] >= WEEKS - 3
    )  # holidays, and corrections looked at again, leave little
    for scope, hits in found.covered.items():
        assert sum(hits) >= least_hits(len(hits)), (scope, sum(hits), len(hits))


@pytest.mark.soak
@pytest.mark.rule("QC-01")
@pytest.mark.timeout(3_600)
def test_outages_of_three_weeks_draw_the_same_samples(database: Database) -> None:
    make_company(database)
    weekly = draws_only(database, WEEKS, 1)
    assert len(weekly["samples"]) > 4_000
    assert draws_only(database, WEEKS, 3) == weekly
