"""What the tests lean on says clearly what it cannot do."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import compose, debian
from tests.support.debian import Missing, Program, ensure
from tests.support.programs import or_skip


def test_a_program_that_is_there_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "browser").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ensure("A browser", ["nothing", "browser"], ["browser"], "usr/bin/browser") == Program(tmp_path / "browser")


def test_a_program_that_cannot_be_had_says_why_and_its_test_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(debian, "CACHE", tmp_path)
    found = ensure("A browser", ["browser"], ["browser"], "usr/bin/browser")
    assert found == Missing("A browser is not installed, and this system has no apt-get to bring it.")
    with pytest.raises(pytest.skip.Exception, match="no apt-get"):
        or_skip(found)


def test_an_unpacked_program_knows_where_its_libraries_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(debian, "CACHE", tmp_path)
    place = tmp_path / "browser"
    for file in ("usr/bin/browser", "usr/lib/x86_64-linux-gnu/libdrawing.so.1", ".complete"):
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).touch()
    found = ensure("A browser", ["browser"], ["browser"], "usr/bin/browser")
    assert isinstance(found, Program)
    assert str(place / "usr/lib/x86_64-linux-gnu") in found.environment["LD_LIBRARY_PATH"].split(":")


def test_absolute_links_of_unpacked_packages_lead_into_their_folder(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "settings").write_text("here")
    (tmp_path / "link").symlink_to("/etc/settings")
    debian._relink(tmp_path)
    assert (tmp_path / "link").read_text() == "here"


def test_compose_variables_are_filled_in_as_compose_does() -> None:
    filled = compose._filled(
        {"a": "${GIVEN:?say it}", "b": ["${MISSING:-8080}:8080"], "c": "$${KEPT} $$(date)", "d": "${EMPTY:-}"},
        {"GIVEN": "word"},
    )
    assert filled == {"a": "word", "b": ["8080:8080"], "c": "${KEPT} $(date)", "d": ""}


def test_a_required_compose_variable_that_is_missing_or_empty_is_told() -> None:
    with pytest.raises(KeyError, match="say it"):
        compose._filled("${GIVEN:?say it}", {"GIVEN": ""})


def test_an_env_file_is_read_without_its_comments() -> None:
    assert compose.read_env("# secrets\nA=b=c\n\n#D=e\n") == {"A": "b=c"}


def test_a_property_sees_the_same_examples_whatever_was_loaded_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _seen()
    (tmp_path / "ours.py").write_text("\n".join(f"N{n}, T{n} = {n}, 't{n}'" for n in range(1000, 1500)), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ours", raising=False)
    importlib.import_module("ours")
    assert len(before) > 90 and _seen() == before


def _seen() -> list[tuple[int, str]]:
    seen = []

    @given(st.integers(), st.text())
    def look(number: int, letters: str) -> None:
        seen.append((number, letters))

    look()
    return seen
