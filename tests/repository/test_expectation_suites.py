"""An expectation suite is short, says why, and each of its expectations has been seen to fail.

An expectation is known by what a gate reports of it: ``type: subject``, for example
``expect_column_values_to_not_be_null: raised_at``. A test that makes it fail names the suite and that text.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.repository.checkout import ROOT, for_each, matching, named

SUITES = matching("expectations/**/*.json")
AT_LEAST = 30
"""Raise it now and then, so that a moved folder does not make these tests empty."""

every_suite = for_each(SUITES, named)


def suite_of(path: Path) -> dict[str, Any]:
    suite: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return suite


def suite_name(path: Path) -> str:
    return path.relative_to(ROOT / "expectations").with_suffix("").as_posix()


def subject(expectation: dict[str, Any]) -> str:
    """How a gate names it (`guanjia.gates`)."""
    words = expectation["kwargs"]
    about = words.get("description") or words.get("column") or ",".join(words.get("column_list") or ()) or "rows"
    return f"{expectation['type']}: {about}"


def test_there_are_suites() -> None:
    assert len(SUITES) >= AT_LEAST


@every_suite
def test_it_has_five_to_twelve_expectations(path: Path) -> None:
    assert 5 <= len(suite_of(path)["expectations"]) <= 12


@every_suite
def test_each_expectation_has_a_reason_and_a_severity(path: Path) -> None:
    for expectation in suite_of(path)["expectations"]:
        assert len(str(expectation.get("notes") or "")) > 15, f"{subject(expectation)} has no notes"
        assert expectation.get("severity") in ("critical", "warning"), f"{subject(expectation)} has no severity"


@every_suite
def test_it_names_the_rows_it_checks_and_how_they_are_told_apart(path: Path) -> None:
    meta = suite_of(path)["meta"]
    assert (ROOT / "sql" / f"{meta['batch']}.sql").exists()
    assert meta["key"]


@cache
def _tests() -> dict[str, str]:
    return {named(path): path.read_text(encoding="utf-8") for path in matching("tests/**/*.py")}


@every_suite
def test_each_expectation_has_a_row_in_the_tests_that_makes_it_fail(path: Path) -> None:
    naming_the_suite = "\n".join(text for text in _tests().values() if suite_name(path) in text)
    unseen = [
        subject(expectation)
        for expectation in suite_of(path)["expectations"]
        if subject(expectation) not in naming_the_suite
    ]
    assert not unseen, f"no test makes these fail: {unseen}"


def test_suites_of_one_report_look_at_the_same_editions() -> None:
    """One function says which editions a run is about to tell; one that a suite misses would go out unchecked."""
    found = {named(path): path.read_text(encoding="utf-8") for path in matching("sql/reports/gate_*.sql")}
    assert len(found) >= 5
    chosen = {name: text.count("FROM report_editions_to_tell(CAST(:run_id AS bigint))") for name, text in found.items()}
    assert set(chosen.values()) == {1}, chosen
