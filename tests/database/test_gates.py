"""Gates: a critical finding stops, a warning is reported, what cannot be checked has failed, and rows can be named."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from guanjia import gates, settings
from guanjia.domain.errors import GateFailed, UnknownName, UsageError
from guanjia.gate_words import reason_words
from guanjia.i18n import gettext_for
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import fail_run, open_run
from guanjia.store.tables.kernel import gate_results, runs
from guanjia.store.tables.registers import communities
from tests.conftest import Database
from tests.support.english import english_in_text

NOON = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)
BATCH = """-- Communities as a run sees them.
WITH seen AS (
    SELECT community_code, community_name, region, city FROM communities WHERE community_code >= :first_code
)

SELECT community_code, community_name, region, city, 'like 100 % of ''em' AS remark FROM seen
WHERE CAST(:as_of AS timestamptz) > CAST('2026-01-01 00:00:00+08:00' AS timestamptz);
"""
NAMED: dict[str, Any] = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "region"},
    "severity": "critical",
    "notes": "A community without a region is missing from every regional report.",
}
IN_A_CITY: dict[str, Any] = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "city"},
    "severity": "warning",
    "notes": "The city is printed on letters.",
}
OWN_SQL: dict[str, Any] = {
    "type": "unexpected_rows_expectation",
    "kwargs": {
        "unexpected_rows_query": "SELECT community_code FROM {batch} WHERE region = 'nowhere'",
        "description": "region exists",
    },
    "severity": "critical",
    "notes": "Nobody manages that region.",
}
_numbers = count(1)


def suite_of(folder: Path, *expectations: Mapping[str, Any]) -> str:
    """Write a suite over communities into a project folder of the test's own; return its name."""
    name = f"test_gates_{next(_numbers)}/communities"
    for path, text in (
        (folder / "sql" / f"{name}.sql", BATCH),
        (
            folder / "expectations" / f"{name}.json",
            json.dumps(
                {
                    "name": name.replace("/", "_"),
                    "expectations": list(expectations),
                    "meta": {"batch": name, "key": ["community_code"]},
                }
            ),
        ),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings.use(project_root=folder)
    return name


def communities_with(database: Database, **regions: str | None) -> int:
    """Write communities (code without its first letter → region) and open a run."""
    with database.transaction() as tx:
        for code, region in regions.items():
            tx.execute(communities.insert().values(community_code=code[1:], community_name="澄庭雅苑", region=region))
        return open_run(tx, "intake", NOON, started_at=NOON).run_id


def check(run_id: int, suite: str, first_code: str = "") -> dict[str, int]:
    return gates.check(run_id, suite, {"first_code": first_code, "as_of": NOON}, checked_at=NOON)


def kept(database: Database) -> list[Any]:
    with database.transaction("read") as tx:
        return list(tx.execute(select(gate_results).order_by(gate_results.c.gate_result_id)).all())


def test_a_critical_finding_stops_and_names_the_rows_not_the_people(database: Database, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, NAMED, IN_A_CITY)
    run_id = communities_with(database, c001="north", c002=None, c003=None)
    with pytest.raises(GateFailed) as caught:
        check(run_id, suite)
    told = str(caught.value)
    assert "2 of 3 rows" in told
    assert "002; 003" in told
    assert "regional report" in told
    assert "澄庭雅苑" not in told
    rows = {row.expectation: row for row in kept(database)}
    region = rows["expect_column_values_to_not_be_null: region"]
    assert (region.outcome, region.severity, region.rows_checked, region.rows_failed) == ("failed", "critical", 3, 2)
    assert region.failed_keys == [{"community_code": "002"}, {"community_code": "003"}]
    assert region.note == NAMED["notes"]


def test_a_stopped_run_keeps_codes_and_says_why_in_the_readers_language(database: Database, tmp_path: Path) -> None:
    note = "Never nobody: a post that nobody fills is reported to the subscribers, and here."
    suite = suite_of(tmp_path, NAMED | {"notes": note}, OWN_SQL)
    run_id = communities_with(database, c001=None, c002="nowhere")
    with pytest.raises(GateFailed) as caught:
        check(run_id, suite)

    def told(language: str, error: Exception | None) -> str | None:
        with database.transaction() as tx:
            fail_run(tx, run_id, "gate", error)
            detail = tx.execute(select(runs.c.detail).where(runs.c.run_id == run_id)).scalar_one()
        return reason_words(gettext_for(language), detail["reason"], detail["stopped_by"])

    assert told("en", caught.value) == str(caught.value)
    chinese = told("zh", None) or ""  # the DAG's own callback knows no error; what its task noted stays
    assert all(
        words in chinese for words in (suite, "岗位空缺会报告给订阅人", "2 行，1 行不符合检查项 region", "：001。")
    )
    assert "另有 1 项检查未通过" in chinese and english_in_text(chinese) == []
    assert told("zh", UsageError("A later reason.")) == "A later reason."


def test_a_warning_is_reported_and_does_not_stop(database: Database, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, NAMED, IN_A_CITY)
    run_id = communities_with(database, c001="north", c002="south")
    assert check(run_id, suite) == {"rows": 2, "warnings": 1}
    assert {row.severity: row.outcome for row in kept(database)} == {"critical": "met", "warning": "failed"}


def test_what_cannot_be_checked_has_failed(database: Database, tmp_path: Path) -> None:
    misspelt = NAMED | {"kwargs": {"column": "regoin"}}
    broken = OWN_SQL | {"kwargs": {"unexpected_rows_query": "SELECT nothing FROM {batch}", "description": "typo"}}
    suite = suite_of(tmp_path, misspelt, broken)
    run_id = communities_with(database, c001="north")
    with pytest.raises(GateFailed, match="cannot be checked"):
        check(run_id, suite)
    assert [row.outcome for row in kept(database)] == ["error", "error"]


def test_all_offending_keys_are_kept_beyond_what_the_library_lists(database: Database, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, NAMED, OWN_SQL)
    codes = {f"c{number:03}": (None if number % 2 else "nowhere") for number in range(700)}
    run_id = communities_with(database, **codes)
    with pytest.raises(GateFailed):
        check(run_id, suite)
    found = {row.expectation.split(":")[0]: row for row in kept(database)}
    for expectation, odd in (("expect_column_values_to_not_be_null", 1), ("unexpected_rows_expectation", 0)):
        row = found[expectation]
        assert row.rows_failed == 350
        assert sorted(key["community_code"] for key in row.failed_keys) == [f"{n:03}" for n in range(odd, 700, 2)]


def test_rows_that_are_alike_in_several_columns_are_named_and_no_others(database: Database, tmp_path: Path) -> None:
    alike = {
        "type": "expect_compound_columns_to_be_unique",
        "kwargs": {"column_list": ["region", "community_name"]},
        "severity": "critical",
        "notes": "One manager a region and city.",
    }
    suite = suite_of(tmp_path, alike)
    run_id = communities_with(database, c001="north", c002="south", c003="north")
    with pytest.raises(GateFailed, match=r"First rows \(community code\): 001; 003"):
        check(run_id, suite)


def test_nothing_due_is_no_gate(database: Database, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, NAMED)
    run_id = communities_with(database, c001=None)
    assert check(run_id, suite, first_code="9") == {"rows": 0, "warnings": 0}
    assert kept(database) == []


def test_a_gate_checked_again_keeps_both_findings(database: Database, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, NAMED)
    run_id = communities_with(database, c001=None)
    with pytest.raises(GateFailed):
        check(run_id, suite)
    with database.transaction() as tx:
        tx.execute(communities.update().values(region="north"))
    assert check(run_id, suite) == {"rows": 1, "warnings": 0}
    assert [(row.attempt, row.outcome) for row in kept(database)] == [(1, "failed"), (2, "met")]


def test_an_unknown_suite_is_told_by_name(database: Database) -> None:
    with pytest.raises(UnknownName, match="no_such/suite"):
        check(1, "no_such/suite")


def test_a_gate_talks_to_the_database_only_and_leaves_no_connection(database: Database, tmp_path: Path) -> None:
    """Everything that is looked up or connected to while a gate works is on this machine."""
    suite = suite_of(tmp_path, NAMED)
    run_id = communities_with(database, c001="north")
    asked: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "socket.connect":
            asked.append(str(arguments[1][0] if isinstance(arguments[1], tuple) else arguments[1]))
        if watching and event == "socket.getaddrinfo":
            asked.append(str(arguments[0]))

    sys.addaudithook(watch)
    try:
        check(run_id, suite)
        with database.transaction("read") as tx:
            connections = tx.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND application_name <> 'guanjia'"
            ).scalar_one()
    finally:
        watching = False
    assert set(asked) <= {"127.0.0.1", "localhost"}
    assert connections == 0
