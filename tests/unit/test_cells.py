"""Cells: what was meant by what was typed (data contract, Fine print)."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.cells import CellError, CellReader, ColumnRule, Fault, PaddedNumber, as_found, read_cell
from guanjia.domain.cells.raw import Raw, number_text, restored, stored
from guanjia.domain.cells.times import Moment, TimeOfDay, shift
from guanjia.domain.cells.words import spoken

YES_NO = ColumnRule("answered", "boolean")
USES = spoken({"residential": ("住宅",), "parking": ("车位",)})


def wall(*parts: int) -> datetime:
    """A wall clock without a zone, as a date cell holds it."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 (numbers of a wall clock: no zone)


def read(kind: str, raw: Raw, **rule: object) -> str | None:
    """The value, or the reason code in brackets."""
    found = read_cell(ColumnRule("column", kind, **rule), raw)  # type: ignore[arg-type]  # the test names known kinds
    return f"[{found.reason}]" if isinstance(found, Fault) else found


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("010304", "010304"),
        ("  010304\t", "010304"),
        ("\u3000S904\u3000", "S904"),
        ("002\xa0", "002"),
        ("０１０３０４", "010304"),
        ("１－０１０１", "1-0101"),
        ("GD2026\u200b0918-001\ufeff", "GD20260918-001"),
        ("10304.0", "10304"),
        ("299012.0", "299012"),
        (10304.0, "10304"),
        (10304, "10304"),
        (PaddedNumber(10304.0, 6), "010304"),
        (PaddedNumber(1234567.0, 6), "1234567"),
        ("2.00123E+5", "200123"),
        ("1.61E+10", "[bad_number]"),
        ("1E05", "1E05"),
        ("12E3", "12E3"),
        (1e16, "[bad_number]"),
        (date(2026, 3, 12), "[bad_format]"),
        ("GD\x07001", "[bad_text]"),
        ("GD\n001", "[bad_text]"),
        ("x" * 65, "[bad_format]"),
        (CellError("#N/A"), "[bad_text]"),
        (True, "TRUE"),
        ("S007 ", "S007"),
    ],
)
def test_a_code_is_read_as_it_was_before_the_spreadsheet(raw: Raw, expected: str) -> None:
    assert read("code", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("16470098620.0", "16470098620"),
        (16470098620.0, "16470098620"),
        ("1.549636948E+10", "15496369480"),
        ("1.5412345678E+10", "15412345678"),
        ("1.5412345678E10", "15412345678"),
        ("1.61E+10", "[bad_number]"),
        ("1.61236E+10", "[bad_number]"),
        ("+8615400012345", "+8615400012345"),
        ("'+8615400012345", "+8615400012345"),
        ("0510-8555 1234转801", "0510-8555 1234转801"),
        ("１５４１２３４５６７８", "15412345678"),
        ("无", None),
        ("见备注", "[bad_format]"),
    ],
)
def test_a_phone_that_became_a_float_is_a_phone_again(raw: Raw, expected: str | None) -> None:
    assert read("phone", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1,234.50", "1234.5"),
        ("￥1,234.50", "1234.5"),
        ("¥ 280.00", "280"),
        ("-￥12.00", "-12"),
        ("￥-12.00", "-12"),
        ("12.5 元", "12.5"),
        ("１，２３４．５０", "1234.5"),
        (" 2862.1 ", "2862.1"),
        ("0", "0"),
        ("-0.00", "0"),
        (280, "280"),
        (0.1 + 0.2, "0.3"),
        (37556.37, "37556.37"),
        ("1234567.89", "1234567.89"),
        ("1.234.50", "[bad_number]"),
        ("12,34.5", "[bad_number]"),
        ("8O.5", "[bad_number]"),
        ("九十八点五", "[bad_number]"),
        ("￥1,234.505", "[too_many_decimals]"),
        ("12.500", "[too_many_decimals]"),
        (12.5, "12.5"),
        (45.905, "[too_many_decimals]"),
        ("1.5E+3", "[bad_number]"),
        ("1.234567E+6", "1234567"),
        ("-", None),
        (True, "[bad_number]"),
        (date(2026, 1, 1), "[bad_number]"),
        ("--5", "[bad_number]"),
        ("1e999999", "[bad_number]"),
        ("9999999999999", "[out_of_range]"),
        (CellError("#DIV/0!"), "[bad_number]"),
    ],
)
def test_money_has_at_most_two_places_and_is_never_rounded(raw: Raw, expected: str | None) -> None:
    assert read("decimal", raw, places=2) == expected


def test_a_rate_has_up_to_four_places_and_a_reading_any() -> None:
    assert read("decimal", "0.5283", places=4) == "0.5283"
    assert read("decimal", "0.52831", places=4) == "[too_many_decimals]"
    assert read("decimal", 862.8000000000001) == "862.8"
    assert read("decimal", "862.8000000000001") == "862.8000000000001"


def test_bounds_are_inclusive_or_not_as_the_contract_says() -> None:
    assert read("decimal", "0", minimum=Decimal(0)) == "0"
    assert read("decimal", "-0.01", minimum=Decimal(0)) == "[out_of_range]"
    assert read("decimal", "0", exclusive_minimum=Decimal(0)) == "[out_of_range]"
    assert read("integer", 7, minimum=Decimal(1), maximum=Decimal(4)) == "[out_of_range]"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("3", "3"),
        ("3.0", "3"),
        (3.0, "3"),
        ("3.5", "[bad_number]"),
        ("四百", "[bad_number]"),
        ("1,000", "1000"),
        ("3000000000", "[out_of_range]"),
    ],
)
def test_a_whole_number(raw: Raw, expected: str) -> None:
    assert read("integer", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026/3/1", "2026-03-01"),
        ("2026.3.1", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("2026年3月1日", "2026-03-01"),
        ("2026 年 3 月 1 日", "2026-03-01"),
        ("２０２６／３／１", "2026-03-01"),
        ("2026-03-01\u200b", "2026-03-01"),
        (46326, "2026-10-31"),
        (46326.0, "2026-10-31"),
        ("46326", "2026-10-31"),
        (20260301.0, "2026-03-01"),
        (date(2022, 7, 10), "2022-07-10"),
        (wall(2022, 7, 10, 8, 30), "2022-07-10"),
        ("2026-11-01 14:33:20", "2026-11-01"),
        ("2026-02-30", "[bad_date]"),
        ("2026-10-32", "[bad_date]"),
        ("2025/13/1", "[bad_date]"),
        ("2026年10月32日", "[bad_date]"),
        ("2026-11-01 25:61", "[bad_date]"),
        ("2026-3/1", "[bad_date]"),
        ("3/1/2026", "[bad_date]"),
        ("26-3-1", "[bad_date]"),
        ("2026-03", "[bad_date]"),
        ("0026-03-01", "[bad_date]"),
        ("下周二上午", "[bad_date]"),
        (12.0, "[bad_date]"),
        (float("inf"), "[bad_date]"),
        (True, "[bad_date]"),
        (time(8, 30), "[bad_date]"),
        ("9999-12-31 24:00", "[bad_date]"),
        ("—", None),
    ],
)
def test_a_day_in_every_form_people_write(raw: Raw, expected: str | None) -> None:
    assert read("date", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-03-01 08:05", "2026-03-01 08:05"),
        ("2026/3/1 8:05", "2026-03-01 08:05"),
        ("2026年3月1日 08:05", "2026-03-01 08:05"),
        ("2026年3月1日8时5分", "2026-03-01 08:05"),
        ("2026-03-01T08:05:30", "2026-03-01 08:05:30"),
        ("2026-03-01 08:05:00", "2026-03-01 08:05:00"),
        ("2026-11-10 下午2:30", "2026-11-10 14:30"),
        ("2026年11月10日下午2:30", "2026-11-10 14:30"),
        ("2026-11-10 上午12:05", "2026-11-10 00:05"),
        ("2026-11-10 下午12:05", "2026-11-10 12:05"),
        ("2026-11-10 2:30 PM", "2026-11-10 14:30"),
        ("2026-11-10 下午14:30", "2026-11-10 14:30"),
        ("2026-11-10 上午14:30", "[bad_date]"),
        ("2026-12-31 24:00", "2027-01-01 00:00"),
        ("2026-12-31 24:01", "[bad_date]"),
        ("2026-11-10 25:61", "[bad_date]"),
        ("2026-11-19T11:03:13+08:00", "2026-11-19 11:03:13"),
        ("2026-11-19T03:03:13Z", "2026-11-19 11:03:13"),
        ("2026-11-19 11:03+0900", "2026-11-19 10:03"),
        ("2026-11-19 11:03:13.25", "2026-11-19 11:03:13.250000"),
        ("20260301080500", "2026-03-01 08:05:00"),
        ("202603010805", "2026-03-01 08:05"),
        ("2026-03-01：08:05", "[bad_date]"),
        ("2026-03-01 ０８：０５", "2026-03-01 08:05"),
        ("2026-03-01", "2026-03-01 00:00"),
        (46326.5, "2026-10-31 12:00"),
        ("46326.5", "2026-10-31 12:00"),
        (wall(2026, 9, 18, 14, 12), "2026-09-18 14:12"),
        (wall(2026, 9, 18, 14, 11, 59, 999_000), "2026-09-18 14:12"),
        (wall(2026, 9, 18, 14, 12, 7), "2026-09-18 14:12:07"),
        (date(2026, 9, 18), "2026-09-18 00:00"),
        ("2026-11-31 10:00", "[bad_date]"),
        ("08:05", "[bad_date]"),
    ],
)
def test_an_instant_in_every_form_people_and_programs_write(raw: Raw, expected: str) -> None:
    assert read("timestamp", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("08:30", "08:30:00"),
        ("8:30", "08:30:00"),
        ("24:00", "24:00:00"),
        ("24:01", "[bad_date]"),
        ("下午5:30", "17:30:00"),
        (time(8, 30), "08:30:00"),
        (0.5, "12:00:00"),
        (1.0, "24:00:00"),
        (date(1900, 1, 1), "24:00:00"),
        (timedelta(hours=24), "24:00:00"),
        (1.5, "[bad_date]"),
        ("2026-03-01 08:30", "[bad_date]"),
    ],
)
def test_a_time_of_day(raw: Raw, expected: str) -> None:
    assert read("clock", raw) == expected


def test_a_shift_time_is_a_time_of_day_or_an_instant() -> None:
    assert read("shift_time", "20:00") == "20:00:00"
    assert read("shift_time", "2026-10-01 20:00") == "2026-10-01 20:00"
    assert read("shift_time", "夜班") == "[bad_date]"


def test_a_shift_that_ends_not_later_than_it_starts_ends_on_the_next_day() -> None:
    day = date(2026, 11, 1)
    eight, twenty = TimeOfDay(8 * 3600), TimeOfDay(20 * 3600)
    assert shift(eight, twenty, day) == (eight.on(day), twenty.on(day))
    assert shift(twenty, eight, day) == (twenty.on(day), eight.on(date(2026, 11, 2)))
    assert shift(eight, eight, day) == (eight.on(day), eight.on(date(2026, 11, 2)))
    assert shift(twenty, TimeOfDay(86_400), day) == (twenty.on(day), Moment(wall(2026, 11, 2), False))
    begin, end = Moment(wall(2026, 10, 9, 22, 30), False), Moment(wall(2026, 10, 9, 14, 0), False)
    assert shift(begin, end, day) is None
    assert shift(begin, begin, day) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *(
            (word, "true")
            for word in ("是", "Y", "y", "Yes", "TRUE", "true", "1", "1.0", 1, 1.0, True, "√", "✓", "有", "Ｙ", "１")
        ),
        *((word, "false") for word in ("否", "N", "no", "FALSE", "0", 0, False, "×", "无", "ｎ")),
        ("/", None),
        ("-", None),
        ("N/A", None),
        ("看情况", "[bad_choice]"),
        ("部分合理", "[bad_choice]"),
        (2, "[bad_choice]"),
    ],
)
def test_yes_and_no_in_every_spelling(raw: Raw, expected: str | None) -> None:
    assert read("boolean", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("住宅", "residential"),
        ("住 宅", "residential"),
        ("Residential", "residential"),
        ("ＰＡＲＫＩＮＧ", "parking"),
        ("车位\u3000", "parking"),
        ("住房", "[bad_choice]"),
        ("无", None),
        ("", None),
    ],
)
def test_choices_in_chinese_or_english(raw: Raw, expected: str | None) -> None:
    assert read("choice", raw, spellings=USES) == expected


def test_none_may_be_a_word_of_the_column() -> None:
    holidays = spoken({"cn": ("中国法定节假日",), "none": ("无",)})
    assert read("choice", "无", spellings=holidays, required=True) == "none"


def test_special_signs_in_choices_are_compared_by_meaning() -> None:
    basis = spoken({"area_month": ("元/㎡·月",), "consumption": ("元/用量",)})
    for written in ("元/㎡·月", "元／㎡・月", "元/m2·月"):
        assert read("choice", written, spellings=basis) == "area_month"
    assert read("choice", "元/次", spellings=basis) == "[bad_choice]"


def test_a_list_of_words_keeps_its_order() -> None:
    events = spoken({"assigned": ("派单",), "answered": ("回复",)})
    assert read("code_list", "回复，派单", spellings=events) == "answered,assigned"
    assert read("code_list", "answered, nonsense", spellings=events) == "[bad_choice]"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("lv.xi@mail.example.com\u3000", "lv.xi@mail.example.com"),
        ("ｌｖ＠example.com", "lv@example.com"),
        ("a@example.com;b@example.com", "[bad_format]"),
        ("a@example.com b@example.com", "[bad_format]"),
        ("a@example", "[bad_format]"),
        ("a@@example.com", "[bad_format]"),
        (".a@example.com", "[bad_format]"),
        ("张三", "[bad_format]"),
        ("a@example.com\r\nBcc: b@example.com", "[bad_format]"),
        ("/", None),
    ],
)
def test_one_mail_address(raw: Raw, expected: str | None) -> None:
    assert read("email", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  蓝湾干洗（S112店） ", "蓝湾干洗（S112店）"),
        ('=HYPERLINK("http://evil.example.com/","x")', '=HYPERLINK("http://evil.example.com/","x")'),
        ("'=1+1", "=1+1"),
        ("-郑女士（看房）", "-郑女士（看房）"),
        ("第一次：9月3日\n第二次", "第一次：9月3日\n第二次"),
        ("灯坏了😡😡", "灯坏了😡😡"),
        ("ＡＢＣ", "ＡＢＣ"),
        ("ab\x00c", "[bad_text]"),
        ("ab\x85c", "[bad_text]"),
        ("x" * 40_000, "[bad_text]"),
        (300.0, "300"),
        (date(2026, 1, 2), "2026-01-02"),
        ("无", None),
        ("无法处理", "无法处理"),
    ],
)
def test_free_text_is_kept_as_written(raw: Raw, expected: str | None) -> None:
    assert read("text", raw) == expected


@pytest.mark.parametrize("blank", [None, "", "  ", "\xa0", "\u3000\t", "\u200b"])
def test_a_blank_cell_is_nothing_and_in_a_required_column_a_fault(blank: Raw) -> None:
    for kind in ("code", "text", "decimal", "date", "boolean", "choice"):
        assert read(kind, blank) is None
        assert read(kind, blank, required=True) == "[missing_required]"


@pytest.mark.parametrize("word", ["/", "-", "—", "无", "N/A", "n/a", "／"])
def test_a_word_for_nothing_in_a_required_cell_is_missing(word: str) -> None:
    assert read("text", word, required=True) == "[missing_required]"
    assert read("decimal", word, required=True) == "[missing_required]"


def test_a_fault_names_what_is_allowed() -> None:
    found = read_cell(ColumnRule("unit_use", "choice", spellings=USES), "住房")
    assert found == Fault("bad_choice", "not_among", (("words", "residential, parking"),))


def test_equal_cells_of_different_kinds_are_not_confused() -> None:
    reader = CellReader(ColumnRule("reading", "decimal"))
    assert reader(1.0) == "1"
    assert reader(1) == "1"
    assert isinstance(reader(True), Fault)
    assert reader(PaddedNumber(1.0, 3)) == "1"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (None, ""),
        (" 2862.1 ", " 2862.1 "),
        (7.0, "7"),
        (-117.53, "-117.53"),
        (PaddedNumber(10304, 6), "010304"),
        (date(2023, 12, 31), "2023-12-31"),
        (wall(2026, 11, 12, 8), "2026-11-12 08:00:00"),
        (True, "TRUE"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
    ],
)
def test_a_cell_is_shown_as_a_person_reads_it(raw: Raw, shown: str) -> None:
    assert as_found(raw) == shown


RAW_CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text("\x00\\0a", max_size=6),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.datetimes(wall(1900, 1, 1), wall(2199, 12, 31)),
    st.times(),
    st.builds(PaddedNumber, st.integers(0, 10**9).map(float), st.integers(2, 9)),
    st.builds(CellError, st.sampled_from(["#N/A", "#REF!"])),
    st.builds(timedelta, seconds=st.integers(0, 200_000)),
)
KINDS = ["code", "text", "email", "phone", "boolean", "integer", "decimal", "date", "timestamp", "clock", "shift_time"]


@given(RAW_CELLS)
def test_a_kept_cell_is_the_same_cell_when_it_is_tried_again(raw: Raw) -> None:
    kept = json.dumps(stored(raw))
    assert "\\u0000" not in kept, "no database keeps it"
    again = restored(json.loads(kept))
    assert (type(again), again) == (type(raw), raw)


@given(RAW_CELLS, st.sampled_from(KINDS))
def test_every_cell_has_a_value_or_a_fault_and_a_value_reads_as_itself(raw: Raw, kind: str) -> None:
    rule = ColumnRule("column", kind)
    found = read_cell(rule, raw)
    if isinstance(found, str):
        assert read_cell(rule, found) == found


@given(st.decimals(-(10**10), 10**10, places=2))
def test_money_survives_every_way_of_writing_it(amount: Decimal) -> None:
    rule = ColumnRule("amount", "decimal", places=2)
    expected = read_cell(rule, f"{amount:f}")
    assert not isinstance(expected, Fault)
    for written in (f"{amount:,.2f}", f"￥{amount:,.2f}", f"{amount:f}元", float(amount)):
        assert read_cell(rule, written) == expected


@given(st.floats(0, 1e9))
def test_a_number_is_shown_with_fifteen_digits_and_no_exponent(value: float) -> None:
    shown = number_text(value)
    assert "e" not in shown
    assert Decimal(shown) == Decimal(f"{value:.15g}")
