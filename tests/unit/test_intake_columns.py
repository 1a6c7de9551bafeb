"""Large columns are read at once exactly as cell by cell."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.domain.cells import ColumnRule, read_cell
from guanjia.pipelines.intake import columns
from guanjia.pipelines.intake.columns import Frame, read_texts
from tests.support.examples import examples

CELLS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.text("0123456789-.,:/ TZ+E元￥年月日'无NA\u200b\u3000\n", max_size=20),
    st.from_regex(r"\A-?\d{1,10}(\.\d{0,4})?\Z"),
    st.from_regex(r"\A20\d\d-[01]\d-[0-3]\d( [0-2]\d:[0-6]\d(:[0-6]\d)?)?\Z"),
    st.from_regex(r"\A2026-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d(\+08:00|Z)\Z"),
    st.from_regex(r"\A2026[-/.年][01]?\d[-/.月][0-3]?\d日?( ?[0-2]?\d:[0-6]\d)?\Z"),
    st.from_regex(r"\A[A-Z]{1,3}\d{1,8}[-_.]\d{1,4}\Z"),
    st.from_regex(r"\A[a-z.]{1,6}@[a-z]{1,5}\.(com|cn)\Z"),
    st.sampled_from(
        ["无", "N/A", "/", "-", "—", "——", "10304.0", "1.5412345678E+10", "'=1+1", "0.00", "-0", "007", "12.500"]
    ),
)
RULES = [
    ColumnRule("c", kind, required=required)
    for kind in ("code", "phone", "text", "email", "date", "timestamp", "integer", "decimal", "boolean", "clock")
    for required in (False, True)
] + [
    ColumnRule("c", "decimal", places=2, exclusive_minimum=Decimal(0)),
    ColumnRule("c", "decimal", places=4, minimum=Decimal(0), maximum=Decimal(100)),
    ColumnRule("c", "integer", minimum=Decimal(1), maximum=Decimal(4)),
]


@settings(max_examples=examples(600))
@given(st.sampled_from(RULES), st.lists(CELLS, min_size=1, max_size=12))
def test_a_large_column_gives_what_each_of_its_cells_gives(rule: ColumnRule, cells: list[str | None]) -> None:
    cells = [cell or None for cell in cells]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_has_few_kinds", lambda _cells: False)
        patch.setattr(columns, "_FEW", 0)
        read = read_texts(rule, pa.array(cells, pa.string()))
    expected = [read_cell(rule, cell) for cell in cells]
    found = [read.faults.get(row, value) for row, value in enumerate(read.values.to_pylist())]
    assert found == expected
    few = read_texts(rule, pa.array(cells, pa.string()))
    assert [few.faults.get(row, value) for row, value in enumerate(few.values.to_pylist())] == expected


def frame(**given: list[str | None]) -> Frame:
    texts = {name: pa.array(values, pa.string()) for name, values in given.items()}
    return Frame(texts, len(next(iter(given.values()))), frozenset(("at", "until")))


def test_instants_without_seconds_are_compared_by_the_minute() -> None:
    found = frame(
        at=["2026-09-18 14:12", "2026-09-18 14:12:30", "2026-09-18 14:12:30", None, "2026-09-18 14:13"],
        until=[
            "2026-09-18 14:12:59",
            "2026-09-18 14:12",
            "2026-09-18 14:12:29",
            "2026-09-18 14:12",
            "2026-09-18 14:12",
        ],
    )
    assert found.after("at", "until").tolist() == [False, False, True, False, True]
    assert found.after("at", "until", or_equal=True).tolist() == [True, True, True, False, True]
    assert found.after_text("at", "2026-09-18 14:12").tolist() == [False, False, False, False, True]


def test_rows_with_the_same_key_are_found_however_the_instant_was_written() -> None:
    found = frame(
        code=["a", "b", "a", "a", "b"], at=["2026-09-18 14:12", "2026-09-18 14:12", "2026-09-18 14:12:00", None, None]
    )
    assert found.same_keys(("code", "at"), pa.array([0, 1, 2, 3, 4]).to_numpy()) == [[0, 2]]
    assert found.same_keys(("code",), pa.array([1, 2, 4]).to_numpy()) == [[1, 4]]


def test_values_are_replaced_where_they_stand() -> None:
    found = frame(code=["10304", "x", "10305"])
    found.replace("code", {2: "010305", 0: "010304"})
    assert found.columns["code"].to_pylist() == ["010304", "x", "010305"]
