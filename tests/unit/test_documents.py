"""Printed pages: text is text whatever it holds, and nobody signs what is invisible or unknown."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.errors import DocumentError
from guanjia.gateways.documents import fonts, make_pdf, why_nothing_can_be_printed
from guanjia.gateways.documents.printable import LONGEST_WORD, printable, printable_values
from guanjia.gateways.documents.printing import ROOT
from guanjia.host.doctor import Patient
from guanjia.host.doctor_machine import check_printing
from guanjia.i18n import gettext_for

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "翠湖花园 3-1201",
        "#eval(1) $x^2$ \\n *b* <l> @r // c",
        "䶮㛃𠮷𬎆",
        "😀🏠👨‍👩‍👧",
        "Ж ไทย",
        "12.5 ㎡ ×2",
        "a\nb",
        "",
    ],
)
def test_text_that_a_font_can_show_is_printed_as_it_stands(text: str) -> None:
    assert printable(text) == text


def test_every_chinese_character_of_the_official_lists_can_be_printed() -> None:
    """All unified ideographs of the basic block, extension A, and those of the 2013 table beyond them."""
    wanted = {*range(0x4E00, 0x9FF0), *range(0x3400, 0x4DB6), ord("𬎆"), ord("𫖮"), ord("𬘡"), ord("𫟹"), ord("𬭁")}
    assert not wanted - fonts.shown_characters()


def test_a_character_no_font_has_is_printed_as_its_code() -> None:
    assert printable("王𪚥") == "王[U+2A6A5]"
    assert printable("\ue000") == "[U+E000]"


def test_signs_that_turn_the_reading_direction_round_are_not_printed() -> None:
    assert printable("应缴 \u202e00.001\u202c 元\u2066\u2069") == "应缴 00.001 元"


def test_control_signs_are_not_printed_and_half_characters_are_marked() -> None:
    assert printable("a\x00\x07\x7fb\tc\u200bd\ufeff") == "ab cd"
    assert printable("x\ud800y") == "x\ufffdy"


def test_a_long_word_may_be_broken_anywhere_and_a_usual_one_not() -> None:
    assert printable("W" * LONGEST_WORD) == "W" * LONGEST_WORD
    broken = printable("W" * (LONGEST_WORD + 1))
    assert broken.count("\u200b") == LONGEST_WORD
    assert broken.replace("\u200b", "") == "W" * (LONGEST_WORD + 1)


@given(st.text())
def test_what_is_printed_has_a_picture_or_shapes_its_neighbour(text: str) -> None:
    for sign in printable(text):
        assert (
            sign in "\n\u200b\ufffd" or ord(sign) in fonts.shown_characters() or unicodedata.category(sign)[0] in "MCS"
        )


def test_values_are_plain() -> None:
    values = {
        "amount": Decimal("12.50"),
        "on": date(2026, 11, 3),
        "n": 3,
        "is": True,
        "none": None,
        "of": ("a", ["\x00b"]),
    }
    assert printable_values(values) == {
        "amount": "12.50",
        "on": "2026-11-03",
        "n": 3,
        "is": True,
        "none": None,
        "of": ["a", ["b"]],
    }
    with pytest.raises(TypeError, match="float"):
        printable_values({"amount": 0.1})


def test_the_fonts_are_installed_and_free() -> None:
    assert why_nothing_can_be_printed() is None
    for font in fonts.find_fonts():
        licences = list(font.parent.parent.glob(f"{font.parent.name}-*.dist-info/licenses/LICENSE"))
        assert "SIL OPEN FONT LICENSE" in licences[0].read_text(encoding="utf-8")


def test_a_missing_font_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "_folder_of", lambda package: tmp_path)
    found = why_nothing_can_be_printed()
    assert found is not None
    assert found.missing == "noto-cjk-sans-otc"
    assert "not installed" in str(found)
    assert "make up" in str(found)
    with pytest.raises(DocumentError, match="noto-cjk-sans-otc"):
        make_pdf(ROOT / "any.typ", {}, dated=NOON, language="zh")


def test_a_template_that_fails_is_told_by_name_and_without_its_values() -> None:
    template = ROOT / "pipelines" / "vacancy_inspections" / "list_document.typ"
    with pytest.raises(DocumentError, match="list_document") as told:
        make_pdf(template, {"title": "王建国"}, dated=NOON, language="zh")
    assert "王建国" not in str(told.value)


def test_a_template_reads_nothing_outside_the_package(tmp_path: Path) -> None:
    (tmp_path / "outside.typ").write_text("#read('/etc/hostname')", encoding="utf-8")
    with pytest.raises(DocumentError, match="outside"):
        make_pdf(tmp_path / "outside.typ", {}, dated=NOON, language="zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_doctor_says_whether_pages_can_be_printed(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    patient = Patient(tmp_path, NOON, gettext_for(language), None)
    assert [finding.state for finding in check_printing(patient)] == ["ok"]
    monkeypatch.setattr(fonts, "_folder_of", lambda package: None)
    (finding,) = check_printing(patient)
    assert finding.state == "warning"
    assert "noto-cjk-sans-otc" in finding.text
    assert "make up" in finding.action
