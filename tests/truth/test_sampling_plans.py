"""Plans and switching of GB/T 2828.1 as published, through the product's own functions."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from guanjia.domain.sampling_plans import LETTERS, LIMITS, Level, code_letter, plan_for, plan_of_letter
from tests.conftest import SHARED

PATH = SHARED / "truth" / "aql_plans_gbt2828_iso2859.json"
TRUTH: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}

pytestmark = [
    pytest.mark.skipif(not TRUTH, reason="the tables from outside are not beside this checkout"),
    pytest.mark.rule("QC-01"),
]


def test_every_single_plan_is_the_standards() -> None:
    plans = TRUTH["plans"]
    assert len(plans) == 3 * len(LETTERS) * len(LIMITS)
    for told in plans:
        plan = plan_of_letter(told["initial_letter"], Decimal(told["aql"]), told["state"])
        found = (plan.final_letter, plan.sample_size, plan.acceptance, plan.rejection)
        assert found == (told["final_letter"], told["n"], told["Ac"], told["Re"]), told


def test_code_letters_by_lot_size_and_level() -> None:
    levels: tuple[Level, ...] = ("I", "II", "III")
    for told in TRUTH["code_letters"]:
        for lot in (told["lot_min"], told["lot_max"] or 10_000_000):
            assert {level: code_letter(lot, level) for level in levels} == {level: told[level] for level in levels}


def test_a_sample_as_large_as_the_lot_is_the_whole_lot() -> None:
    assert TRUTH["rule_n_ge_lot"]
    for told in TRUTH["code_letters"]:
        for lot in (told["lot_min"], told["lot_max"] or 10_000_000):
            for limit in LIMITS:
                plan = plan_for(lot, limit, "II", "tightened")
                table = plan_of_letter(told["II"], limit, "tightened")
                assert plan.sample_size == min(lot, table.sample_size)
                assert plan.is_whole_lot == (table.sample_size >= lot)


def test_it_is_not_the_american_table() -> None:
    """Z1.4 reduced has a gap between acceptance and rejection, and another tightened plan for letter A."""
    gaps = [told for told in TRUTH["z14_reduced"] if told["Re"] > told["Ac"] + 1]
    assert gaps
    for told in gaps:
        plan = plan_of_letter(told["initial_letter"], Decimal(told["aql"]), "reduced")
        assert plan.rejection == plan.acceptance + 1
    difference = TRUTH["z14_tightened_difference"]
    plan = plan_of_letter(difference["letter"], Decimal(difference["aql"]), "tightened")
    assert {"n": plan.sample_size, "Ac": plan.acceptance, "Re": plan.rejection} == difference["iso"]
