"""The demo as a newcomer starts it: one command, an invented company, every pipeline once, and what to look at."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from guanjia.host.postgres import running_server
from guanjia.settings import inherited_environment
from tests.support.commands import Commands
from tests.support.english import english_in_mail
from tests.support.mail_readers import mail_problems

AS_OF = "2026-11-20T18:00"
SLIPS = {
    ("inspection_code", "unknown_reference"),
    ("callback_code", "unknown_reference"),
    ("satisfaction", "out_of_range"),
    ("score", "out_of_range"),
}
"""What inspectors and agents of the sample get wrong now and then; nothing else of it is rejected."""
PLAYED = ("巡检", "回访", "排班_缺勤", "质检", "整改")
"""Files of the days that were played."""
COMMAND = (sys.executable, "-P", "-m", "guanjia.cli")


@dataclass(frozen=True)
class Demo:
    """A demo's home, what the command printed, and the process that carries out further commands."""

    home: Path
    printed: str
    guanjia: Commands

    def rows(self, dataset: str) -> list[dict[str, str]]:
        """A dataset of the home, exported."""
        path = self.home / f"{dataset}.csv"
        assert self.guanjia("export", dataset, "--to", str(path)).returncode == 0
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A small demo's home, in a path with spaces, made by the command as a newcomer starts it."""
    home = tmp_path_factory.mktemp("de mo") / "ho me"
    variables = inherited_environment() | {"GUANJIA_HOME": str(home), "GUANJIA_LANGUAGE": "en"}
    words = ("demo", "--units", "40", "--months", "1", "--as-of", AS_OF)
    done = subprocess.run([*COMMAND, *words], env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    guanjia = Commands(home, GUANJIA_LANGUAGE="en")
    try:
        with running_server(home):  # else each command starts it and stops it
            yield Demo(home, done.stdout, guanjia)
    finally:
        guanjia.stop()


def test_the_demo_takes_the_company_in_without_a_reject_and_escalates(demo: Demo) -> None:
    home, printed = demo.home, demo.printed
    assert "units 40" in printed
    assert "deadlines" in printed
    assert "escalations" in printed
    assert not list((home / "rejected").rglob("*.csv"))
    archived = [path.name for path in (home / "archive").rglob("*.csv")]
    of_sample = [name for name in archived if not any(word in name for word in PLAYED)]
    assert len(of_sample) == len(list((home / "sample").rglob("*.csv")))
    assert {(row["column"], row["reason_code"]) for row in demo.rows("rejects")} <= SLIPS


@pytest.mark.rule("INS-02")
def test_the_demo_is_found_at_work(demo: Demo) -> None:
    home, printed = demo.home, demo.printed
    inspections = demo.rows("inspections")
    over = [row for row in inspections if row["plan"] in ("monthly", "basement") and row["period"] == "2026-10"]
    visited = [row for row in over if row["state"] in ("done", "not_entered")]
    assert len(visited) >= 0.9 * len([row for row in over if row["state"] != "cancelled"]) > 0
    assert any(row["state"] == "planned" for row in inspections), "this month goes on"
    assert any("巡检结果" in path.name for path in (home / "archive").rglob("*.csv"))
    assert demo.rows("vacancies")
    missed = [row for row in demo.rows("messages") if row["kind"] == "inspection_missed"]
    assert not missed, "nobody is told of months ago"
    assert "guanjia export inspections" in printed and "guanjia export callbacks" in printed
    assert any(row["state"] == "reached" for row in demo.rows("callbacks"))


def test_the_demo_leaves_mails_and_says_what_to_try_next(demo: Demo) -> None:
    home, printed = demo.home, demo.printed
    assert list((home / "mail").glob("*.eml"))
    assert f"GUANJIA_HOME='{home}' guanjia explain G" in printed
    case_code = printed.split("guanjia explain ")[1].split()[0]
    explained = demo.guanjia("explain", case_code)
    assert explained.returncode == 0, explained.stderr
    assert case_code in explained.stdout
    said = [
        line.strip() for line in printed.split("Reports of the company, each read in a minute:")[1].splitlines()[1:3]
    ]
    assert said[0].startswith(("周报 2", "Weekly report 2")), "in whatever language somebody reads it"
    assert Path(said[1]).is_file()


def test_every_kind_of_mail_of_the_demo_is_taken_by_every_program(demo: Demo) -> None:
    mails = {each.stem: each.read_bytes() for each in (demo.home / "mail").glob("*.eml")}
    subjects = {name: str(message_from_bytes(raw, policy=default)["Subject"]) for name, raw in mails.items()}
    kinds = {re.sub(r"\W|\d", "", subject)[:4]: mails[name] for name, subject in subjects.items()}
    assert len(kinds) > 12
    problems = {subject: found for subject, raw in kinds.items() if (found := mail_problems(raw))}
    assert problems == {}


def test_no_mail_to_a_chinese_reader_holds_an_english_sentence(demo: Demo) -> None:
    mails = [path.read_bytes() for path in (demo.home / "mail").glob("*.eml")]
    chinese = [raw for raw in mails if message_from_bytes(raw, policy=default)["Content-Language"] == "zh-CN"]
    assert len(chinese) > 12
    assert sorted({sentence for raw in chinese for sentence in english_in_mail(raw)}) == []


def test_another_demo_in_the_same_home_is_refused(demo: Demo) -> None:
    home = demo.home
    assert json.loads((home / "demo.json").read_text())["taken_in"] is True
    refused = demo.guanjia("demo", "--units", "50", "--months", "1", "--as-of", AS_OF)
    assert refused.returncode == 1
    assert "holds another demo already" in refused.stderr
