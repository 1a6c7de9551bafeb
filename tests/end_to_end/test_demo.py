"""The demo as a newcomer starts it: one command, an invented company, every pipeline once, and what to look at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from guanjia.settings import inherited_environment

AS_OF = "2026-11-20T18:00"
COMMAND = (sys.executable, "-P", "-m", "guanjia.cli")


def guanjia(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    variables = inherited_environment() | {"GUANJIA_HOME": str(home), "GUANJIA_LANGUAGE": "en"}
    return subprocess.run([*COMMAND, *words], env=variables, capture_output=True, text=True)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small demo's home, in a path with spaces, and what the command printed."""
    home = tmp_path_factory.mktemp("de mo") / "ho me"
    done = guanjia(home, "demo", "--units", "40", "--months", "1", "--as-of", AS_OF)
    assert done.returncode == 0, done.stdout + done.stderr
    return home, done.stdout


def test_the_demo_takes_the_company_in_without_a_reject_and_escalates(demo: tuple[Path, str]) -> None:
    home, printed = demo
    assert "units 40" in printed
    assert "deadlines" in printed
    assert "escalations" in printed
    assert not list((home / "rejected").rglob("*.csv"))
    assert len(list((home / "archive").rglob("*.csv"))) == len(list((home / "sample").rglob("*.csv")))
    rejects = guanjia(home, "export", "rejects", "--to", str(home / "rejects.csv"))
    assert rejects.returncode == 0, rejects.stderr
    assert len((home / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_the_demo_leaves_mails_and_says_what_to_try_next(demo: tuple[Path, str]) -> None:
    home, printed = demo
    assert list((home / "mail").glob("*.eml"))
    assert f"GUANJIA_HOME='{home}' guanjia explain GD" in printed
    case_code = printed.split("guanjia explain ")[1].split()[0]
    explained = guanjia(home, "explain", case_code)
    assert explained.returncode == 0, explained.stderr
    assert case_code in explained.stdout


def test_another_demo_in_the_same_home_is_refused(demo: tuple[Path, str]) -> None:
    home, _printed = demo
    assert json.loads((home / "demo.json").read_text())["taken_in"] is True
    refused = guanjia(home, "demo", "--units", "50", "--months", "1", "--as-of", AS_OF)
    assert refused.returncode == 1
    assert "holds another demo already" in refused.stderr
