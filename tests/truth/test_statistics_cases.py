"""Cases of statistics from outside, through the product's own functions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from guanjia.domain.agreement import cohen_kappa, cohen_kappa_of, fleiss_kappa, randolph_kappa
from guanjia.domain.proportional_seats import neyman, proportional
from guanjia.domain.proportions import items_needed, wilson
from tests.conftest import SHARED

PATH = SHARED / "truth" / "statistics_cases.json"
CASES: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}

pytestmark = [
    pytest.mark.skipif(not CASES, reason="the cases from outside are not beside this checkout"),
    pytest.mark.rule("QC-01"),
]


def test_wilsons_intervals() -> None:
    for case in CASES["wilson95"]:
        found = wilson(case["k"], case["n"])
        places = len(str(case["high"]).partition(".")[2])
        assert found is not None
        assert [round(bound, places) for bound in found] == [case["low"], case["high"]], case


def test_sample_sizes_with_and_without_a_finite_population() -> None:
    for case in CASES["sample_size_fpc"]:
        found = items_needed(case["e"], case["N"], share=case["p"], deviations=case.get("z", case.get("t")))
        if case.get("disputed"):
            assert found == case["n"] + 1, "the short form of the formula is one item less"
        else:
            assert found == case["n"], case


def test_cohens_kappa() -> None:
    for case in CASES["cohen_kappa"]:
        if "table" in case:
            found = cohen_kappa(case["table"], weights=case.get("weights", "none"))
        else:
            found = cohen_kappa_of(_listed(case["y1"]), _listed(case["y2"]))
        assert found.kappa is not None and round(found.kappa, 4) == pytest.approx(case["kappa"], abs=5e-5), case
        if "ase" in case:
            assert found.standard_error == pytest.approx(case["ase"], abs=5e-5)
            assert (found.low, found.high) == pytest.approx(case["ci"], abs=5e-5)


def _listed(written: str) -> list[int]:
    """`[0]*2+[1]*3` as a list."""
    return [int(word) for word, times in re.findall(r"\[(\d+)\]\*(\d+)", written) for _ in range(int(times))]


def test_kappa_of_several_judges() -> None:
    many, few = CASES["fleiss_kappa"]
    assert fleiss_kappa(many["rows"]) == pytest.approx(many["kappa"], abs=5e-4)
    assert fleiss_kappa(few["rows"]) == pytest.approx(few["fleiss"], abs=5e-7)
    assert randolph_kappa(few["rows"]) == pytest.approx(few["randolph"], abs=5e-7)


def test_judges_who_say_one_word_of_everything_have_no_kappa() -> None:
    assert CASES["degenerate"]
    found = cohen_kappa([[7, 0], [0, 0]])
    assert found.kappa is None and found.low is None and found.observed == 1
    assert cohen_kappa([[0, 0], [0, 0]]).observed is None
    assert fleiss_kappa([[3, 0], [3, 0]]) is None


def test_allocation_to_strata() -> None:
    for case in CASES["neyman"]:
        shares = neyman(case["N"], case["S"], case["n"])
        assert [round(share, 2) for share in shares] == case["neyman"]
        assert [round(share) for share in shares] == case["rounded"]
        assert proportional(case["N"], case["n"]) == case["proportional"]
