"""Callback lists go out, are opened and saved in LibreOffice, filled in, dropped into the inbox, and count.

One story is played once: Friday's lists of two agents, the manager's list and a customer's questionnaire come back the
same evening; then a second copy of one list that says otherwise, and a list somebody changed where it is locked.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from guanjia.domain.seals import judge_seal
from guanjia.host.home import make_home
from guanjia.i18n import gettext_for
from guanjia.pipelines.intake.receipts import SheetReceipt
from guanjia.pipelines.intake.sweeping import sweep
from guanjia.pipelines.scheduled_callbacks.list_columns import SHOWN
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, read_callbacks, read_lists
from guanjia.pipelines.scheduled_callbacks.list_words import history_words, note_words, time_words
from guanjia.pipelines.scheduled_callbacks.list_workbook import list_workbook
from guanjia.pipelines.scheduled_callbacks.reply_workbook import reply_workbook
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables.service import callback_results
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on, working_days
from tests.support.intake import told
from tests.support.office import Office
from tests.support.programs import ensure_libreoffice, or_skip

HEAD = 3
"""Row of the headings, as a spreadsheet counts."""
FRIDAY = on("20")
EVENING = "20 21:00"
LATER = "20 21:30"
KEPT = {"zh": ("回访编号", "工号", "校验码"), "en": ("Callback code", "Staff code", "Seal")}
OUTCOMES = {
    "zh": "接通,无人接听,占线,错号,拒访,约定再访",
    "en": "reached,no answer,busy,wrong number,refused,call later",
}

WISH = "厨房水龙头滴水"

Cells = Mapping[str, object]


@dataclass(frozen=True)
class Form:
    """A workbook on its way: its language, and the rows it was made of."""

    path: Path
    language: str
    rows: tuple[ListedCallback, ...]

    @property
    def sheet(self) -> Worksheet:
        found = openpyxl.load_workbook(self.path).worksheets[0]
        assert isinstance(found, Worksheet)
        return found

    def columns(self) -> dict[str, int]:
        """Heading without its star and hint → column."""
        return {str(cell.value).split("\n")[0].removesuffix(" *"): int(cell.column or 0) for cell in self.sheet[HEAD]}

    def line(self, customer: str, try_no: int = 1) -> int:
        """Row of a customer, as a spreadsheet counts."""
        keys = [(row.customer_code, row.try_no) for row in self.rows]
        return HEAD + 1 + keys.index((customer, try_no))

    def filled(self, cells: Mapping[tuple[str, int] | str, Cells], name: str) -> Form:
        """A copy in which customers' rows (or those of a further try) are written into."""
        book = openpyxl.load_workbook(self.path)
        places = self.columns()
        for who, values in cells.items():
            customer, try_no = who if isinstance(who, tuple) else (who, 1)
            for heading, value in values.items():
                book.worksheets[0].cell(self.line(customer, try_no), places[heading]).value = value
        target = self.path.parent / name
        book.save(target)
        return Form(target, self.language, self.rows)


@dataclass
class Story:
    """What was sent and what came of it."""

    house: CallbackHouse
    office: Office
    sent: dict[str, Form] = field(default_factory=dict)
    opened: dict[str, Form] = field(default_factory=dict)
    receipts: dict[str, SheetReceipt] = field(default_factory=dict)
    states: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    conflicts: list[tuple[Any, ...]] = field(default_factory=list)
    monday: list[ListedCallback] = field(default_factory=list)

    def returned(self, name: str, path: Path, as_of: str = EVENING) -> None:
        """Drop a file into the inbox and sweep it."""
        shutil.copyfile(path, self.house.database.home / "inbox" / f"{name}{path.suffix}")
        now = datetime.now(TIME_ZONE) + timedelta(minutes=2)
        with self.house.database.transaction() as tx:
            run = open_run(tx, "intake", at(as_of), started_at=now)
        (receipt,) = sweep(as_of=at(as_of), now=now, run_id=run.run_id).files
        assert receipt.outcome == "read", receipt.reason
        (sheet,) = [each for each in receipt.sheets if each.dataset]
        assert sheet.rows_read == sheet.accepted + sheet.rejected + sheet.skipped
        assert not sheet.surplus
        self.receipts[name] = sheet

    def look(self) -> dict[str, tuple[Any, ...]]:
        """Customer → state, satisfaction, attempts and promised time of the callback."""
        rows = self.house.rows("SELECT customer_code, state, satisfaction, attempts, promised_at FROM callbacks")
        return {row[0]: row[1:] for row in rows}


def build_house(database: Database) -> CallbackHouse:
    """Friday: nine repairs done on Thursday, and a complaint answered then, whose window ends today."""
    house = callback_house(database, live_from="2026-11-18")
    house.only_rules("REPAIR", "COMPLAINT")
    for code in ("A1", "A2"):
        house.agent(code, shifts=working_days("2", "30"))
    for n in range(1, 7):
        house.customer(f"K{n}", f"1-010{n}", customer_name=f"王{n}")
    house.customer("MAIL", "2-0101", do_not_call=True, preferred_language="en")
    house.customer("MANAGER", "2-0102", do_not_call=True, email=None)
    house.customer("LAST", "2-0103")
    for code, unit in (("MAIL", "2-0101"), ("MANAGER", "2-0102"), *((f"K{n}", f"1-010{n}") for n in range(1, 7))):
        wish = {"unit_code": unit, "customer_code": code, "description": WISH}
        house.case(f"GD-{code}", "18 09:00", "19 15:00 resolved", **wish)
    house.case("GD-LAST", "18 09:00", "19 10:00 answered", unit_code="2-0103", customer_code="LAST", kind="complaint")
    return house


def visit(clock: str, outcome: str, **values: object) -> dict[str, object]:
    return {"回访时间": datetime.fromisoformat(f"2026-11-20 {clock}"), "结果": outcome} | values


def call(clock: str, outcome: str, **values: object) -> dict[str, object]:
    found = {"Attempted at": datetime.fromisoformat(f"2026-11-20 {clock}"), "Outcome": outcome}
    return found | {name.capitalize().replace("_", " "): value for name, value in values.items()}


@pytest.fixture(scope="module")
def story(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Everything is sent, saved in LibreOffice, filled in and returned; the tests look at it."""
    folder = tmp_path_factory.mktemp("lists")
    make_home(module_database.home)
    story = Story(build_house(module_database), Office(or_skip(ensure_libreoffice()), folder))
    story.house.day("20")
    send(story, folder)
    paths = story.office.saved("xlsx", [form.path for form in story.sent.values()])
    for (name, form), path in zip(story.sent.items(), paths, strict=True):
        story.opened[name] = Form(path, form.language, form.rows)
    return_first(story)
    story.house.results(EVENING)
    story.states = story.look()
    return_second(story)
    story.house.results(LATER)
    story.conflicts = story.house.rows("SELECT callback_code, kind FROM callback_conflicts ORDER BY 1, 2")
    story.house.day("23")
    with module_database.transaction() as tx:
        story.monday = read_lists(tx, on("23"), at=at("23 07:00"))
    return story


def send(story: Story, folder: Path) -> None:
    """Friday's lists of both agents, one of them English, the manager's, and the questionnaire of one customer."""
    codes = dict(story.house.rows("SELECT customer_code, callback_code FROM callbacks"))
    with story.house.database.transaction() as tx:
        lists = read_lists(tx, FRIDAY)
        manager = read_callbacks(tx, [codes["MANAGER"]], FRIDAY, staff_code="M1", staff_name="M1")
        mail = read_callbacks(tx, [codes["MAIL"]], FRIDAY, staff_code="M1", staff_name="M1")
    made = {
        "one": ("zh", [row for row in lists if row.staff_code == "A1"]),
        "two": ("en", [row for row in lists if row.staff_code == "A2"]),
        "manager": ("zh", manager),
        "reply": ("en", mail),
    }
    for name, (language, rows) in made.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(reply_workbook(rows[0], language) if name == "reply" else list_workbook(rows, language))
        story.sent[name] = Form(path, language, tuple(rows))


def names(form: Form) -> list[str]:
    """Customers of first tries, in order, without the one whose window ends today."""
    return [str(row.customer_code) for row in form.rows if row.try_no == 1 and row.customer_code != "LAST"]


def return_first(story: Story) -> None:
    """Each reader fills in a part; one list comes back in the old format."""
    one, two = story.opened["one"], story.opened["two"]
    reached, nobody, later = names(one)[:3]
    filled = one.filled(
        {
            reached: visit("09:10", "接通", 满意度=5, 意见="很好"),
            nobody: visit("09:20", "无人接听"),
            later: visit("09:30", "约定再访", 约定时间=datetime.fromisoformat("2026-11-23 15:00")),
        },
        "filled-one.xlsx",
    )
    bad, busy = names(two)[:2]
    english = two.filled(
        {bad: call("09:10", "reached", satisfaction=2, comment="still dripping"), busy: call("09:20", "busy")},
        "filled-two.xlsx",
    )
    manager = story.opened["manager"].filled({"MANAGER": visit("16:00", "接通", 满意度=4)}, "filled-manager.xlsx")
    day = {"Attempted at": datetime.fromisoformat("2026-11-20"), "Outcome": "reached", "Satisfaction": "3"}
    reply = story.opened["reply"].filled({"MAIL": day}, "filled-reply.xlsx")
    new = story.office.saved("xlsx", [filled.path, manager.path, reply.path])
    (old,) = story.office.saved("xls", [english.path])
    for name, path in zip(("one", "manager", "reply"), new, strict=True):
        story.returned(name, path)
    story.returned("two", old)


def return_second(story: Story) -> None:
    """The other agent's copy of the first list says otherwise; another copy was changed where it is locked."""
    one = story.opened["one"]
    reached, nobody, later = names(one)[:3]
    other = one.filled({reached: visit("09:40", "接通", 满意度=1, 意见="还在漏", 工号="A2")}, "other.xlsx")
    edited = one.filled(
        {
            nobody: visit("14:30", "接通", 满意度=5, 联系电话="13999999999"),
            later: visit("14:40", "接通", 满意度=5, 回访编号=one.rows[0].callback_code),
        },
        "edited.xlsx",
    )
    story.returned("other", other.path, LATER)
    story.returned("edited", edited.path, LATER)


@pytest.mark.rule("CB-11")
def test_saved_by_libreoffice_a_list_is_still_locked_checked_and_sealed(story: Story) -> None:
    for name in ("one", "two", "manager", "reply"):
        form = story.opened[name]
        sheet, places = form.sheet, form.columns()
        assert sheet.protection.sheet
        asked = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
        unlocked = {cell.column_letter for cell in sheet[HEAD + 1] if not cell.protection.locked}
        assert unlocked == {place.rstrip("0123456789") for spot in asked for place in spot.split(":")[:1]}
        words = {rule.formula1.strip('"') for rule in sheet.data_validations.dataValidation if rule.type == "list"}
        outcomes = {"reply": "reached,refused"}.get(name, OUTCOMES[form.language])
        assert words == {outcomes, "5,4,3,2,1"}
        seal = openpyxl.utils.get_column_letter(places[KEPT[form.language][2]])
        assert sheet.column_dimensions[seal].hidden
        assert not unlocked & {openpyxl.utils.get_column_letter(places[each]) for each in KEPT[form.language]}


@pytest.mark.rule("CB-11")
def test_every_row_comes_back_under_a_whole_seal(story: Story) -> None:
    informative = callback_results.info["informative"]
    for form in story.opened.values():
        sheet, places = form.sheet, form.columns()
        spoken = {name: informative[name] if form.language == "zh" else name.capitalize() for name in SHOWN}
        for line in range(HEAD + 1, HEAD + 1 + len(form.rows)):
            shown = [_text(sheet, line, places.get(spoken[name])) for name in SHOWN]
            code, _staff, seal = (_text(sheet, line, places[each]) for each in KEPT[form.language])
            assert judge_seal(seal, code, shown) == "whole"
            assert judge_seal(seal, code + "0", shown) == "code_changed"
            assert judge_seal(seal, code, [*shown[:2], "x", *shown[3:]]) == "shown_changed"


def _text(sheet: Worksheet, line: int, place: int | None) -> str:
    return "" if place is None else str(sheet.cell(line, place).value or "")


@pytest.mark.rule("CB-11")
def test_a_list_says_whom_to_call_when_and_why(story: Story) -> None:
    form = story.opened["one"]
    sheet, places, line = form.sheet, form.columns(), form.line(names(form)[0])
    row = form.rows[line - HEAD - 1]
    rows = {each.customer_code: each for other in story.sent.values() for each in other.rows}

    shown = {heading: sheet.cell(line, place).value for heading, place in places.items()}
    assert (shown["客户"], shown["联系电话"]) == (row.customer_name, row.phone)
    assert (shown["小区房号"], shown["拨打时段"]) == (f"001 {row.unit_code}", "09:00–12:00\n14:00–20:00")
    assert shown["回访事由"] == f"报修完成 GD-{row.customer_code}：{WISH}（完成 11-19）"
    assert rows["K1"].reasons == ("repair_resolved",)
    assert rows["MAIL"].channel == "mail" and rows["MANAGER"].channel == "manager"


@pytest.mark.rule("CB-11")
def test_on_its_last_day_a_callback_has_a_row_for_each_try(story: Story) -> None:
    tries = [row for form in story.sent.values() for row in form.rows if row.customer_code == "LAST"]

    assert [(row.try_no, f"{row.call_from:%H:%M}", f"{row.call_until:%H:%M}") for row in tries] == [
        (1, "09:00", "12:00"),
        (2, "14:00", "17:00"),
        (3, "17:00", "20:00"),
    ]
    (form,) = [form for form in story.sent.values() if "LAST" in {row.customer_code for row in form.rows}]
    assert [row.customer_code for row in form.rows][-2:] == ["LAST", "LAST"], "further tries where their time comes"


@pytest.mark.rule("CB-11")
def test_filled_lists_come_back_as_results(story: Story) -> None:
    one, two = story.sent["one"], story.sent["two"]
    taken = {name: (sheet.accepted, sheet.rejected, sheet.unfilled) for name, sheet in story.receipts.items()}
    assert taken["one"] == (3, 0, len(one.rows) - 3)
    assert taken["two"] == (2, 0, len(two.rows) - 2)
    assert taken["manager"] == taken["reply"] == (1, 0, 0)

    reached, nobody, later = names(one)[:3]
    bad, busy = names(two)[:2]
    assert story.states[reached][:2] == ("reached", 5)
    assert story.states[nobody] == ("planned", None, 1, None)
    assert story.states[later] == ("planned", None, 0, at("23 15:00"))
    assert story.states[bad][:2] == ("reached", 2)
    assert story.states[busy] == ("planned", None, 1, None)


@pytest.mark.rule("CB-07")
def test_the_managers_list_and_a_customers_answer_come_back_the_same_way(story: Story) -> None:
    assert story.states["MANAGER"][:2] == ("reached", 4)
    assert story.states["MAIL"][:2] == ("reached", 3)
    assert dict(
        story.house.rows(
            "SELECT b.customer_code, r.staff_code FROM callback_results AS r JOIN callbacks AS b USING (callback_code) "
            "WHERE b.channel <> 'call'"
        )
    ) == {"MANAGER": "M1", "MAIL": "M1"}


@pytest.mark.rule("CB-03")
def test_a_dissatisfied_answer_opens_a_case(story: Story) -> None:
    bad = names(story.sent["two"])[0]

    opened = dict(story.house.rows("SELECT source_case_code, purpose FROM callback_cases"))
    assert opened[f"GD-{bad}"] == "correction"


@pytest.mark.rule("CB-11")
def test_two_lists_that_contradict_each_other_are_both_kept(story: Story) -> None:
    reached = names(story.sent["one"])[0]
    (code,) = [row.callback_code for row in story.sent["one"].rows if row.customer_code == reached]

    kept = story.house.rows(
        "SELECT staff_code, satisfaction, comment FROM callback_results WHERE callback_code = :code "
        "ORDER BY attempted_at",
        code=code,
    )
    assert kept == [("A1", 5, "很好"), ("A2", 1, "还在漏")]
    assert (code, "satisfaction") in story.conflicts
    assert story.look()[reached][:2] == ("reached", 5), "the earliest is the figure"
    assert (f"GD-{reached}",) in story.house.rows("SELECT source_case_code FROM callback_cases"), "the lowest opens"


@pytest.mark.rule("CB-11")
def test_a_code_changed_in_a_locked_cell_is_refused_and_another_change_is_told(story: Story) -> None:
    one, sheet = story.sent["one"], story.receipts["edited"]
    _reached, nobody, later = names(one)[:3]

    assert told(sheet) == [(one.line(later), "callback_code", "bad_format")]
    assert sheet.accepted == 1
    assert story.look()[nobody][:2] == ("reached", 5), "what was printed there does not matter for the result"
    remarks = [(kind, detail) for kind, _subject, detail in story.house.remarks() if kind == "form_edited"]
    assert [detail["staff_code"] for _kind, detail in remarks] == ["A1"], "whose row it was"


@pytest.mark.rule("CB-11")
def test_the_next_list_knows_what_was_promised_and_tried(story: Story) -> None:
    later, busy = names(story.sent["one"])[2], names(story.sent["two"])[1]
    told_of = {(row.customer_code, row.try_no): row for row in story.monday}
    _ = gettext_for("zh")

    promised = told_of[later, 1]
    assert (promised.staff_code, promised.promised_at, promised.why_agent) == ("A1", at("23 15:00"), "promised")
    assert time_words(_, promised) == "15:00\n客户约定"
    assert history_words(_, promised) == "11-20 09:30 约定再访 11-23 15:00（A1）"
    again = told_of[busy, 1]
    assert (again.attempts, again.tries) == (1, 2), "its window ends today: the tries left, in different parts"
    assert history_words(_, again) == "11-20 09:20 占线（A2）"
    assert note_words(_, again).startswith("今天到期")


@pytest.mark.rule("CB-11")
def test_only_lists_that_were_not_mailed_are_read_where_that_is_asked(story: Story) -> None:
    with story.house.database.transaction() as tx:
        tx.exec_driver_sql("UPDATE callback_lists SET told_at = work_date WHERE staff_code = 'A1'")
        untold = read_lists(tx, FRIDAY, only_untold=True)
        hers = read_lists(tx, FRIDAY, staff_codes=["A1"])
        tx.rollback()

    assert {row.staff_code for row in untold} == {"A2"} and {row.staff_code for row in hers} == {"A1"}
    assert all(row.is_untold for row in untold) and not any(row.is_untold for row in hers)
