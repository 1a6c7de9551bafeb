"""The seal of a row that goes out and comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.seals import judge_seal, owner, seal

SHOWN = ("王小明", "13800001234", "澄庭雅苑 3-1201")


def test_a_row_that_comes_back_as_it_went_out_is_whole() -> None:
    assert judge_seal(seal("H261122-C0001", SHOWN), "H261122-C0001", SHOWN) == "whole"


def test_what_a_spreadsheet_program_does_to_texts_does_not_matter() -> None:
    found = seal("H261122-C0001", SHOWN)
    changed = ("王小明 ", "１３８００００１２３４", "澄庭雅苑3-1201")
    assert judge_seal(f" {found.upper()} ", "h261122-c0001", changed) == "whole"


@pytest.mark.parametrize(
    ("code", "shown", "verdict"),
    [
        ("H261122-C0002", SHOWN, "code_changed"),
        ("H261122-C0001", ("王小明", "13800001235", SHOWN[2]), "shown_changed"),
        ("H261122-C0001", SHOWN[:2], "shown_changed"),
    ],
)
def test_a_changed_cell_is_noticed(code: str, shown: tuple[str, ...], verdict: str) -> None:
    assert judge_seal(seal("H261122-C0001", SHOWN), code, shown) == verdict


@pytest.mark.parametrize("found", ["", "1f0c9a3e", "xxxxxxxx-12345678", "1f0c9a3e-7b21d004-1"])
def test_half_a_seal_is_none(found: str) -> None:
    assert judge_seal(found, "H261122-C0001", SHOWN) == "unreadable"


@given(code=st.text(min_size=1), shown=st.lists(st.text(), max_size=5))
def test_any_row_is_whole_as_it_is(code: str, shown: list[str]) -> None:
    assert judge_seal(seal(code, shown), code, shown) == "whole"


def test_what_was_printed_in_another_row_is_known_for_it() -> None:
    other = ("李雷", "13800005678", "澄庭雅苑 3-1202")
    seals = {"H1": seal("H1", SHOWN), "H2": seal("H2", other), "H3": ""}
    assert [owner(texts, seals) for texts in (SHOWN, other, (*SHOWN[:2], "x"))] == ["H1", "H2", None]
