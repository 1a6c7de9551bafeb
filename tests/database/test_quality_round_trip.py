"""Reviewers' workbooks go out, are opened and saved in LibreOffice, filled in, dropped into the inbox, and count.

One story is played once: two reviewers of one draw, one with a blind second score, return their lists in several
programs' ways; then copies somebody changed where they are locked; then an agent appeals, and the appeal is decided.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from guanjia.domain.seals import joined_code, judge_seal
from guanjia.host.home import make_home
from guanjia.pipelines.intake.receipts import SheetReceipt
from guanjia.pipelines.intake.sweeping import sweep
from guanjia.pipelines.quality_sampling.appeal_workbook import appeal_workbook, decision_workbook
from guanjia.pipelines.quality_sampling.list_rows import ListedSample, read_appeals, read_list, read_scored
from guanjia.pipelines.quality_sampling.list_workbook import score_workbook
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables.money import quality_scores
from tests.conftest import Database
from tests.database.quality_house import QualityHouse, at, on, quality_house
from tests.support.office import Office
from tests.support.programs import ensure_libreoffice, or_skip

HEAD = 3
"""Row of the headings, as a spreadsheet counts."""
DRAW = "W2026-47"
FRIDAY = "27 20:00"
LATER = "27 21:00"
MONDAY = "30 20:00"
CRITERIA = (
    ("规范开场与问候", 10, False),
    ("准确记录诉求", 40, False),
    ("解答正确", 40, True),
    ("礼貌结束语", 10, False),
)
ENGLISH = {
    "得分": "Score",
    "致命差错": "Critical",
    "评语": "Comment",
    "评分时间": "Scored at",
    "抽样编号": "Sample code",
    "质检员工号": "Reviewer",
    "评分项": "Criterion",
    "校验码": "Seal",
}
SPOKEN = "语速偏快，\n有两次打断客户"

Cells = Mapping[str, object]


@dataclass(frozen=True)
class Form:
    """A workbook on its way, and its language."""

    path: Path
    language: str = "zh"

    def sheet(self, place: int = 0) -> Worksheet:
        found = openpyxl.load_workbook(self.path).worksheets[place]
        assert isinstance(found, Worksheet)
        return found

    def heading(self, name: str) -> str:
        return name if self.language == "zh" else ENGLISH[name]

    def columns(self, sheet: Worksheet) -> dict[str, int]:
        """Heading without its star and hint → column."""
        return {str(cell.value).split("\n")[0].removesuffix(" *"): int(cell.column or 0) for cell in sheet[HEAD]}

    def lines(self, sheet: Worksheet, sample: str) -> list[int]:
        """Rows of a sample, as a spreadsheet counts."""
        place = self.columns(sheet)[self.heading("抽样编号")]
        return [row for row in range(HEAD + 1, sheet.max_row + 1) if sheet.cell(row, place).value == sample]

    def spots(self, cells: Mapping[tuple[str, int], Cells], place: int = 0) -> dict[tuple[int, int], object]:
        """Row and column of each cell (of a sample, and its criterion from 0), with what is to stand there."""
        sheet = self.sheet(place)
        places = self.columns(sheet)
        lines = {key: self.lines(sheet, key[0])[key[1]] for key in cells}
        return {
            (lines[key], places[self.heading(heading)]): value
            for key, values in cells.items()
            for heading, value in values.items()
        }

    def filled(self, cells: Mapping[tuple[str, int], Cells], name: str, place: int = 0) -> Form:
        """A copy into which another program than LibreOffice wrote."""
        book = openpyxl.load_workbook(self.path)
        for (row, column), value in self.spots(cells, place).items():
            cell = book.worksheets[place].cell(row, column)
            assert isinstance(cell, Cell), "the cell a spreadsheet shows"
            cell.value = value
        target = self.path.parent / name
        book.save(target)
        return Form(target, self.language)


@dataclass
class Story:
    """What was sent and what came of it."""

    house: QualityHouse
    office: Office
    folder: Path
    rows: dict[str, list[ListedSample]] = field(default_factory=dict)
    sent: dict[str, Form] = field(default_factory=dict)
    opened: dict[str, Form] = field(default_factory=dict)
    receipts: dict[str, list[SheetReceipt]] = field(default_factory=dict)
    scores: dict[str, dict[tuple[str, str, str], tuple[Any, ...]]] = field(default_factory=dict)
    still_open: dict[str, list[ListedSample]] = field(default_factory=dict)
    appeals: list[tuple[Any, ...]] = field(default_factory=list)

    def returned(self, name: str, path: Path, as_of: str = FRIDAY) -> None:
        """Drop a file into the inbox and sweep it; remember what it said, and the scores there are since."""
        shutil.copyfile(path, self.house.database.home / "inbox" / f"{name}{path.suffix}")
        now = datetime.now(TIME_ZONE) + timedelta(minutes=2)
        with self.house.database.transaction() as tx:
            run = open_run(tx, "intake", at(as_of), started_at=now)
        (receipt,) = sweep(as_of=at(as_of), now=now, run_id=run.run_id).files
        assert receipt.outcome == "read", receipt.reason
        sheets = [each for each in receipt.sheets if each.dataset]
        for sheet in sheets:
            assert sheet.rows_read == sheet.accepted + sheet.rejected + sheet.skipped
            assert not sheet.surplus
        self.receipts[name] = sheets
        self.scores[name] = {
            row[:3]: row[3:]
            for row in self.house.rows(
                "SELECT sample_code, reviewer, criterion, score, critical, comment, scored_at FROM quality_scores"
            )
        }

    def of(self, name: str, sample: str, reviewer: str) -> list[tuple[Any, ...]]:
        """Scores of a sample by a reviewer after a file, in the order of the criteria."""
        found = self.scores[name]
        keys = [(sample, reviewer, criterion) for criterion, _weight, _critical in CRITERIA]
        return [found[key] for key in keys if key in found]


def build_house(database: Database) -> QualityHouse:
    """A draw of W47 of five items, two kinds: R1 scores four of them, R2 one and Q1 a second time; one is an audit."""
    house = quality_house(database)
    for reviewer in ("R3",):
        house.reviewer(reviewer)
    house.add("customers", {"customer_code": "K1", "customer_name": "王小明", "customer_type": "owner"})
    wish = {"customer_code": "K1", "kind": "repair", "description": "王小明：厨房水龙头滴水，电话13812345678"}
    house.closed("GD-2", "18 15:00", **wish)
    house.closed("GD-4", "18 16:00", description="=1+1 投诉照明")
    house.closed("GD-9", "12 16:00")
    house.closed("GJ-Q-1", "19 10:00", kind="enquiry", description="整改：解答错误")
    house.call("TH-1", "17 10:32", case_code="GD-2", customer_code="K1")
    house.call("TH-3", "17 11:32")
    house.call("TH-5", "17 12:32")
    draw_of(house, "W2026-46", "2026-W46", "9", "16 05:00")
    draw_of(house, DRAW, "2026-W47", "16", "23 05:00")
    sample(house, "Q2646-0001", "W2026-46", "case", "GD-9", "R2", state="final", score=50)
    house.add(
        "quality_cases",
        {
            "case_code": "GJ-Q-1",
            "sample_code": "Q2646-0001",
            "staff_code": "A1",
            "criteria": "解答正确",
            "department": "客服部",
            "opened_at": at("17 09:00"),
        },
    )
    sample(house, "Q2647-0001", DRAW, "call", "TH-1", "R1", "R2")
    sample(house, "Q2647-0002", DRAW, "case", "GD-2", "R1")
    sample(house, "Q2647-0003", DRAW, "call", "TH-3", "R1")
    sample(house, "Q2647-0004", DRAW, "case", "GD-4", "R1")
    sample(house, "Q2647-0005", DRAW, "call", "TH-5", "R2")
    sample(house, "Q2647-A01", DRAW, "case", "GJ-Q-1", "R1", reason="audit", audits_code="Q2646-0001")
    return house


def draw_of(house: QualityHouse, code: str, period: str, first: str, drawn: str) -> None:
    """A draw as its row stands, with criteria."""
    seeds = {"seed_word": "guanjia", "random_seed": 1, "risk_seed": 2, "double_seed": 3, "frame_digest": "0"}
    week = {"frame_from": at(f"{first} 00:00"), "frame_to": at(f"{int(first) + 7} 00:00"), "drawn_at": at(drawn)}
    row = {"draw_code": code, "kind": "weekly", "period": period, "section": "company", "explanation": {}}
    counts = {"frame_items": 9, "population": 9, "due_on": on(str(int(first) + 11))}
    house.add("quality_draws", row | seeds | week | counts)
    house.add(
        "quality_draw_criteria",
        *(
            {"draw_code": code, "criterion": name, "position": place}
            | {"weight": weight, "is_critical": critical, "pass_score": 80}
            for place, (name, weight, critical) in enumerate(CRITERIA, 1)
        ),
    )


def sample(
    house: QualityHouse,
    code: str,
    draw: str,
    kind: str,
    subject: str,
    reviewer: str,
    second: str | None = None,
    **values: Any,
) -> None:
    """An item drawn of agent A1, waiting for its score."""
    ended = house.one(
        "SELECT coalesce((SELECT ended_at FROM calls WHERE call_code = :code),"
        " (SELECT max(event_at) FROM case_events WHERE case_code = :code))",
        code=subject,
    )
    row: dict[str, Any] = {
        "sample_code": code,
        "draw_code": draw,
        "period": draw.replace("W2026-", "2026-W"),
        "stratum": "x",
    }
    row |= {"subject_kind": kind, "subject_code": subject, "staff_code": "A1", "team_code": "T1"}
    row |= {"reviewer": reviewer, "second_reviewer": second, "reason": "random", "probability": 1}
    row |= {"occurred_at": ended, "channel": "in" if kind == "call" else "电话", "state": "waiting"}
    house.add("samples", row | {"community_code": "001"} | values)


def scored(*scores: object, at_time: object = None, **first: object) -> list[dict[str, object]]:
    """Cells of an item, a score per criterion; its instant stands in the first row, as the merged cell has it."""
    rows = [{"得分": score} for score in scores]
    rows[0] |= {"评分时间": at_time or datetime.fromisoformat("2026-11-24 10:30")} | first
    return rows


def cells(**of_samples: Sequence[Cells]) -> dict[tuple[str, int], Cells]:
    """(sample, criterion) → cells, given the last four signs of the sample's code."""
    return {
        (f"Q2647-{name.removeprefix('s')}", place): values
        for name, rows in of_samples.items()
        for place, values in enumerate(rows)
    }


@pytest.fixture(scope="module")
def story(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Everything is sent, saved in LibreOffice, filled in and returned; the tests look at it."""
    folder = tmp_path_factory.mktemp("scores")
    make_home(module_database.home)
    story = Story(build_house(module_database), Office(or_skip(ensure_libreoffice()), folder), folder)
    send(story)
    return_first(story)
    return_changed(story)
    story.house.step("judging", "take_scores", LATER)
    with module_database.transaction() as tx:
        story.still_open = {reviewer: read_list(tx, reviewer, DRAW) for reviewer in ("R1", "R2")}
    appeal(story)
    return story


def send(story: Story) -> None:
    """R1's list, and R2's in English; both as LibreOffice saves them."""
    with story.house.database.transaction() as tx:
        story.rows = {"one": read_list(tx, "R1", DRAW), "two": read_list(tx, "R2", DRAW)}
    for name, language in (("one", "zh"), ("two", "en")):
        path = story.folder / f"{name}.xlsx"
        path.write_bytes(score_workbook(story.rows[name], language))
        story.sent[name] = Form(path, language)
    (story.folder / "two-zh.xlsx").write_bytes(score_workbook(story.rows["two"], "zh"))
    story.sent["two-zh"] = Form(story.folder / "two-zh.xlsx")
    paths = story.office.saved("xlsx", [form.path for form in story.sent.values()])
    for (name, form), path in zip(story.sent.items(), paths, strict=True):
        story.opened[name] = Form(path, form.language)


def return_first(story: Story) -> None:
    """R1's list comes back from LibreOffice, half filled in and with slips; R2's in the old format."""
    one = story.opened["one"]
    given = one.spots(
        cells(
            s0001=[*scored(95, 88.5, "７０", 100, 评语=SPOKEN)[:2], {"得分": "７０", "致命差错": "是"}, {"得分": 100}],
            s0002=scored(90, 0),
            s0003=scored(90, 101, 90, 90),
            s0004=[{"得分": 90}, {"得分": 80}, {"得分": 85}, {"得分": 90}],
            A01=scored(90, at_time="2026年11月25日 9:05"),
        ),
    )
    new = story.office.filled(one.path, given, "one-filled.xlsx")
    english = story.opened["two"].filled(
        cells(
            s0001=[
                {**scored(70, 60)[0], "致命差错": "no"},
                {"得分": 60},
                {"得分": 75, "致命差错": "yes"},
                {"得分": 100},
            ],
            s0005=scored(100, 100, 100, 100, at_time=datetime.fromisoformat("2026-11-22 16:00")),
        ),
        "two-filled.xlsx",
    )
    (old,) = story.office.saved("xls", [english.path])
    story.returned("one", new)
    story.returned("two", old)


def return_changed(story: Story) -> None:
    """Copies as other programs write them, of which somebody changed what is locked."""
    fresh = story.opened["one"]
    again = fresh.filled(cells(s0001=scored(96, 88.5, 70, 100)), "again.xlsx")
    named = fresh.filled(
        cells(s0002=[row | {"质检员工号": "R3"} for row in scored(60, 60, 60, 60)]),
        "named.xlsx",
    )
    other = fresh.filled(
        cells(s0002=[row | {"抽样编号": "Q2647-0005"} for row in scored(10, 10, 10, 10)]),
        "other.xlsx",
    )
    renamed = fresh.filled(
        cells(s0002=[*scored(91, 91), {"得分": 20, "评分项": "礼貌结束语"}, {"得分": 21, "评分项": "解答正确"}]),
        "renamed.xlsx",
    )
    edited = fresh.filled(
        cells(
            s0003=[row | ({"内容摘要": "改过的内容"} if "评分时间" in row else {}) for row in scored(90, 81, 90, 90)]
        ),
        "edited.xlsx",
    )
    for name, form in (("again", again), ("named", named), ("other", other), ("renamed", renamed), ("edited", edited)):
        story.returned(name, form.path, LATER)


def appeal(story: Story) -> None:
    """The agent is told of the score, appeals, and R3 decides it."""
    house = story.house
    house.execute(
        "UPDATE samples SET told_at = :told, appeal_until = :until WHERE state = 'scored'",
        told=at("27 21:10"),
        until=at("12-02 18:00"),
    )
    with house.database.transaction() as tx:
        asked = read_scored(tx, ["Q2647-0003", "Q2647-0001", "Q2647-0002"])
    path = story.folder / "appeal.xlsx"
    path.write_bytes(appeal_workbook(asked, "zh"))
    written = {"申诉时间": datetime.fromisoformat("2026-11-30 09:15"), "理由": "我已说明标准，\n客户听错了"}
    appealed = Form(path).filled({("Q2647-0001", 0): written}, "appeal-filled.xlsx")
    story.returned("appeal", appealed.path, MONDAY)
    house.step("appeals", "take_appeals", MONDAY)
    with house.database.transaction() as tx:
        open_ones = read_appeals(tx, ["Q2647-0001"])
    assert [each.sample.reviewer for each in open_ones] == ["R3"]
    path = story.folder / "decision.xlsx"
    path.write_bytes(decision_workbook(open_ones, "zh"))
    decided = Form(path).filled({("Q2647-0001", 0): {"结果": "改判"}}, "decided.xlsx")
    when = datetime.fromisoformat("2026-11-30 21:00")
    again = decided.filled(cells(s0001=scored(95, 90, 92, 100, at_time=when)), "decided-scored.xlsx", place=1)
    (saved,) = story.office.saved("xlsx", [again.path])
    story.returned("decision", saved, "30 22:00")
    story.appeals = house.rows("SELECT sample_code, appealed_at, staff_code, reason, outcome FROM quality_appeals")


@pytest.mark.rule("QC-01")
def test_saved_by_libreoffice_a_list_is_still_locked_checked_merged_and_sealed(story: Story) -> None:
    for name in ("one", "two"):
        form = story.opened[name]
        sheet = form.sheet()
        places = form.columns(sheet)
        assert sheet.protection.sheet
        unlocked = {cell.column_letter for cell in sheet[HEAD + 1] if not cell.protection.locked}
        asked = [get_column_letter(places[form.heading(each)]) for each in ("得分", "致命差错", "评语", "评分时间")]
        assert unlocked == set(asked)
        rules = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in validations(sheet)}
        assert [rules[letter].type for letter in asked] == ["decimal", "list", "textLength", "date"]
        assert (rules[asked[0]].formula1, rules[asked[0]].formula2) == ("0", "100")
        assert rules[asked[1]].formula1 == ('"是,否"' if name == "one" else '"yes,no"')
        assert rules[asked[3]].formula1 == "46349", "not before the day of the draw"
        merged = {str(span).split(":")[0].rstrip("0123456789") for span in sheet.merged_cells.ranges}
        assert asked[3] in merged and not {*asked[:3]} & merged
        assert sheet.column_dimensions[get_column_letter(places[form.heading("校验码")])].hidden


def validations(sheet: Worksheet) -> list[Any]:
    return list(sheet.data_validations.dataValidation)


@pytest.mark.rule("QC-01")
def test_every_row_comes_back_under_a_whole_seal(story: Story) -> None:
    informative = [name for name in quality_scores.info["informative"] if name != "seal"]
    form = story.opened["one"]
    sheet = form.sheet()
    places = form.columns(sheet)
    last: dict[str, str] = {}
    for line in range(HEAD + 1, sheet.max_row + 1):
        for name in informative:
            heading = quality_scores.info["informative"][name]
            found = sheet.cell(line, places[heading]).value if heading in places else ""
            is_merged = heading in places and sheet.cell(line, places[heading]).coordinate in sheet.merged_cells
            last[name] = last[name] if found is None and is_merged and name in last else str(found or "")
        sealed = [str(sheet.cell(line, places[name]).value) for name in ("抽样编号", "评分项")]
        seal = str(sheet.cell(line, places["校验码"]).value)
        shown = [last[name] for name in informative]
        assert judge_seal(seal, joined_code(sealed), shown) == "whole", (line, shown)
        assert judge_seal(seal, joined_code([sealed[0], "x"]), shown) == "code_changed"


@pytest.mark.rule("QC-01")
def test_a_list_says_which_call_or_case_it_is_and_gives_nobody_away(story: Story) -> None:
    sheet = story.opened["one"].sheet()
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]

    assert "通话 TH-1\n呼入" in texts and "2026-11-17\n10:32:00–10:35:00" in texts
    assert "关联报修 GD-2\n王*：厨房水龙头滴水，电话138****5678" in texts
    assert "接通即问候，报服务中心名称，主动询问需求" in texts and "40%" in texts
    assert any("致命项：低于 80 分整条不合格" in text for text in texts)
    assert not any("王小明" in text or "13812345678" in text for text in texts)
    assert not any(word in text for text in texts for word in ("random", "随机", "A1", "R2"))


@pytest.mark.rule("QC-03")
def test_a_second_scoring_looks_like_a_first_one(story: Story) -> None:
    first, second = story.opened["one"], story.opened["two-zh"]
    blocks = []
    for form in (first, second):
        sheet = form.sheet()
        lines = form.lines(sheet, "Q2647-0001")
        place = form.columns(sheet)["质检员工号"]
        note = form.columns(sheet).get("提示")
        rows = [[cell.value for cell in sheet[line] if cell.column not in (place, note)] for line in lines]
        blocks.append(rows)

    assert blocks[0] == blocks[1]


@pytest.mark.rule("QC-06")
def test_a_correction_looked_at_again_is_scored_by_what_was_failed(story: Story) -> None:
    (audit,) = [row for row in story.rows["one"] if row.sample_code == "Q2647-A01"]

    assert [each.name for each in audit.criteria] == ["解答正确"]
    assert story.scores["one"]["Q2647-A01", "R1", "解答正确"][3] == at("25 09:05")


@pytest.mark.rule("QC-01")
def test_scores_filled_in_come_in_with_the_instant_of_their_item(story: Story) -> None:
    found = story.of("one", "Q2647-0001", "R1")

    assert [(row[0], row[1]) for row in found] == [(95, None), (88.5, None), (70, True), (100, None)]
    assert found[0][2] == SPOKEN, "a line break in a comment stays"
    assert {row[3] for row in found} == {at("24 10:30")}


@pytest.mark.rule("QC-01")
def test_a_list_in_english_in_the_old_format_comes_in_as_well(story: Story) -> None:
    (sheet,) = story.receipts["two"]

    assert (sheet.dataset, sheet.accepted, sheet.rejected) == ("quality_scores", 8, 0)
    assert [(row[0], row[1]) for row in story.of("two", "Q2647-0001", "R2")] == [
        (70, False),
        (60, None),
        (75, True),
        (100, None),
    ]


@pytest.mark.rule("QC-01")
def test_what_is_left_empty_is_not_scored_and_no_fault(story: Story) -> None:
    (sheet,) = story.receipts["one"]

    assert [row[0] for row in story.of("one", "Q2647-0002", "R1")] == [90, 0], "the instant alone scores nothing"
    assert (sheet.accepted, sheet.rejected, sheet.skipped) == (4 + 2 + 3 + 1, 1 + 4, 2)


@pytest.mark.rule("QC-01")
def test_a_score_over_100_and_scores_without_an_instant_are_rejected_with_the_reason(story: Story) -> None:
    (sheet,) = story.receipts["one"]

    reasons = sorted((reason, place, value) for place, value, reason in map(reject, sheet.rejects))
    assert reasons == [("missing_required", "scored_at", "")] * 4 + [("out_of_range", "score", "101")]
    assert [row[0] for row in story.of("one", "Q2647-0003", "R1")] == [90, 90, 90]


def reject(line: Any) -> tuple[str, str, str]:
    return str(line.column), str(line.value or ""), str(line.reason_code)


@pytest.mark.rule("QC-01")
def test_the_later_file_counts(story: Story) -> None:
    (sheet,) = story.receipts["again"]

    assert (sheet.accepted, sheet.updated) == (4, 2), "the comment and the flag were cleared with it"
    assert [row[:3] for row in story.of("again", "Q2647-0001", "R1")] == [
        (96, None, None),
        (88.5, None, None),
        (70, None, None),
        (100, None, None),
    ]


@pytest.mark.rule("QC-01")
def test_another_reviewers_number_is_taken_in_and_kept_from_counting(story: Story) -> None:
    assert [row[0] for row in story.of("named", "Q2647-0002", "R3")] == [60] * 4
    kept = story.house.rows(
        "SELECT DISTINCT sample_code, reviewer, reason FROM quality_judgements WHERE reviewer = 'R3'"
    )

    assert ("Q2647-0002", "R3", "not_assigned") in kept


@pytest.mark.rule("QC-01")
def test_another_samples_code_is_rejected(story: Story) -> None:
    (sheet,) = story.receipts["other"]

    assert (sheet.accepted, sheet.rejected) == (0, 4)
    assert {each.reason_code for each in sheet.rejects} == {"bad_format"}
    assert not story.of("other", "Q2647-0005", "R1")


@pytest.mark.rule("QC-01")
def test_criteria_exchanged_within_an_item_are_rejected(story: Story) -> None:
    (sheet,) = story.receipts["renamed"]

    assert (sheet.accepted, sheet.rejected) == (2, 2)
    assert [(each.column, each.reason_code) for each in sheet.rejects] == [("criterion", "bad_format")] * 2
    assert [row[0] for row in story.of("renamed", "Q2647-0002", "R1")] == [91, 91]


@pytest.mark.rule("QC-01")
def test_a_text_changed_where_it_is_locked_is_told_once_and_the_scores_count(story: Story) -> None:
    (sheet,) = story.receipts["edited"]

    assert (sheet.accepted, sheet.rejected, len(sheet.edited_rows)) == (4, 0, 4)
    remarks = story.house.rows("SELECT subject, detail FROM quality_remarks WHERE kind = 'form_edited'")
    assert [(subject, detail["staff_code"], detail["file"]) for subject, detail in remarks] == [
        ("Q2647-0003", "R1", "edited.xlsx")
    ]


@pytest.mark.rule("QC-01")
def test_the_next_edition_holds_what_is_still_open_under_its_number(story: Story) -> None:
    found = {who: [(row.number, row.sample_code) for row in rows] for who, rows in story.still_open.items()}

    assert found["R1"] == [(2, "Q2647-0002"), (4, "Q2647-0004")]
    assert found["R2"] == [(2, "Q2647-0005")], "scored before the draw, so it does not count and is still to be scored"


@pytest.mark.rule("QC-01")
def test_an_appeal_comes_in_from_its_row_alone_and_is_decided_with_new_scores(story: Story) -> None:
    (appealed,) = story.receipts["appeal"]
    decision, scores = story.receipts["decision"]

    assert (appealed.dataset, appealed.accepted, appealed.rejected, appealed.skipped) == ("quality_appeals", 1, 0, 1)
    assert (decision.dataset, decision.updated, scores.dataset, scores.accepted) == (
        "quality_appeals",
        1,
        "quality_scores",
        4,
    )
    assert story.appeals == [("Q2647-0001", at("30 09:15"), "A1", "我已说明标准，\n客户听错了", "changed")]
    assert [row[0] for row in story.of("decision", "Q2647-0001", "R3")] == [95, 90, 92, 100]
