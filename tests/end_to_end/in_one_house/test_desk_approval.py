"""The approval of a change in a running Airflow: asked, answered by a second person, once; the pages close it too."""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_new

from guanjia.store.engine import transaction
from guanjia.store.tables.intake import intake_change_rows, intake_changes, intake_files, intake_sheets
from guanjia.store.tables.registers import staff
from tests.support.house import ADMIN, FIRST, SECOND, House

AGREE, REJECT = "同意", "驳回"


def bring(setting: str, value: str) -> str:
    """A change of one setting that the first person brought; returns its code."""
    code, at = f"CHANGE-{setting}", datetime.now(UTC)
    row = {"setting": setting, "community_code": None, "value": value, "valid_from": None}
    with transaction() as tx:
        for staff_code, login in (("S01", FIRST), ("S02", SECOND)):
            person = {"staff_code": staff_code, "staff_name": login, "role": "supervisor", "login": login}
            tx.execute(insert_new(staff).values(person).on_conflict_do_nothing())
        file_id = tx.scalar(
            insert(intake_files)
            .values(
                file="参数.csv",
                received_at=at,
                as_of=at,
                digest=code,
                size_bytes=1,
                place="restricted",
                sent_by=FIRST,
                outcome="read",
            )
            .returning(intake_files.c.file_id)
        )
        sheet = {"dataset": "settings", "outcome": "read", "titles": [], "columns": {}, "surplus": []}
        tx.execute(insert(intake_sheets).values(file_id=file_id, sheet_no=1, **sheet))
        change_id = tx.scalar(
            insert(intake_changes)
            .values(
                change_code=code,
                dataset="settings",
                file_id=file_id,
                sheet_no=1,
                state="pending",
                proposed_by=FIRST,
                proposed_at=at,
            )
            .returning(intake_changes.c.change_id)
        )
        key = {name: row[name] for name in ("setting", "community_code", "valid_from")}
        tx.execute(insert(intake_change_rows).values(change_id=change_id, row_no=2, action="added", key=key, after=row))
    return code


class Question:
    """One question in Airflow about one change."""

    def __init__(self, house: House, change: str, **conf: Any) -> None:
        self.house = house
        path = "/api/v2/dags/confirm_changes/dagRuns"
        house.wait(
            "confirm_changes being read",
            lambda: house.api("GET", "/api/v2/dags/confirm_changes", login=ADMIN).status == 200,
        )
        started = house.api("POST", path, {"logical_date": None, "conf": {"change": change, **conf}}, ADMIN)
        assert started.status == 200, started.text
        self.run = f"{path}/{urllib.parse.quote(started.json['dag_run_id'])}"

    def asked(self, tries: int = 1) -> dict[str, Any]:
        """The open question, once Airflow shows it (for the nth time)."""

        def found() -> dict[str, Any] | None:
            task = self.house.api("GET", f"{self.run}/taskInstances/ask/0", login=ADMIN)
            if task.status != 200 or task.json["state"] != "awaiting_input" or task.json["try_number"] < tries:
                return None
            detail = self.house.api("GET", f"{self.run}/taskInstances/ask/0/hitlDetails", login=ADMIN)
            return detail.json if detail.status == 200 and not detail.json["response_received"] else None

        question: dict[str, Any] = self.house.wait("the question", found, 240)
        time.sleep(3)  # who reads it answers later: Airflow loses answers that come before it has put the task aside
        return question

    def answer(self, option: str, login: str) -> int:
        """Press a button as somebody; the HTTP status."""
        given = {"chosen_options": [option], "params_input": {}}
        return self.house.api("PATCH", f"{self.run}/taskInstances/ask/0/hitlDetails", given, login).status

    def state(self) -> str:
        """State of the run once it ended."""

        def ended() -> str | None:
            state = self.house.api("GET", self.run, login=ADMIN).json["state"]
            return state if state in ("success", "failed") else None

        return self.house.wait("the run ending", ended, 240)  # type: ignore[no-any-return]  # what `ended` found


@pytest.fixture
def inside(house: House) -> Iterator[House]:
    with house.inside():
        yield house


def in_force(house: House, setting: str) -> list[str]:
    return [row[0] for row in house.query("SELECT value FROM settings WHERE setting = %(name)s", {"name": setting})]


def test_a_second_person_agrees_in_airflow_and_the_change_takes_effect_once(inside: House) -> None:
    question = Question(inside, bring("mail_rate_per_minute", "7"))
    asked = question.asked()
    assert asked["options"] == [AGREE, REJECT]
    assert asked["subject"] == "待确认变更：参数（新增 1 行，修改 0 行）"
    assert "| — | 7 |" in asked["body"]
    latest = "SELECT state FROM runs WHERE pipeline = 'confirm_changes' ORDER BY run_id DESC LIMIT 1"
    inside.wait("the run waiting for a person", lambda: inside.query(latest) == [("waiting",)], 120)
    assert in_force(inside, "mail_rate_per_minute") == []

    assert question.answer(AGREE, FIRST) == 403  # who brought it
    assert question.answer(AGREE, SECOND) == 200
    assert question.answer(AGREE, SECOND) == 409  # answered already
    assert question.state() == "success"
    assert in_force(inside, "mail_rate_per_minute") == ["7"]
    decided = inside.query(
        "SELECT state, decided_by FROM intake_changes WHERE change_code = 'CHANGE-mail_rate_per_minute'"
    )
    assert decided == [("confirmed", "S02")]


def test_a_decision_on_our_page_answers_the_question_in_airflow(inside: House) -> None:
    code = bring("mail_max_attempts", "9")
    question = Question(inside, code)
    question.asked()
    own = inside.page(f"/guanjia/changes/{code}", FIRST).text
    assert "须由他人确认" in own
    page = inside.page(f"/guanjia/changes/{code}", SECOND).text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    form = {"decision": "confirm", "digest": digest}
    assert inside.post(f"/guanjia/changes/{code}/decide", form, FIRST).status == 403
    assert inside.post(f"/guanjia/changes/{code}/decide", form | {"digest": "0"}, SECOND).status == 409
    assert in_force(inside, "mail_max_attempts") == []
    for _twice in range(2):
        assert inside.post(f"/guanjia/changes/{code}/decide", form, SECOND).status == 303
    assert in_force(inside, "mail_max_attempts") == ["9"]
    assert question.state() == "success"


@pytest.mark.soak
def test_nobodys_answer_in_time_asks_again_and_marking_the_task_successful_applies_nothing(inside: House) -> None:
    code = bring("mail_sender_name", "别人")
    question = Question(inside, code, answer_within_minutes=0.05)
    question.asked(tries=2)
    marked = inside.api("PATCH", f"{question.run}/taskInstances/ask/0", {"new_state": "success"}, ADMIN)
    assert marked.status == 200, marked.text
    assert question.state() == "failed"
    assert in_force(inside, "mail_sender_name") == []
    reason = inside.query("SELECT detail ->> 'reason' FROM runs WHERE pipeline = 'confirm_changes' ORDER BY run_id")[
        -1
    ][0]
    assert f"{code} 尚无人确认" in reason
    assert inside.query(f"SELECT state FROM intake_changes WHERE change_code = '{code}'") == [("pending",)]
