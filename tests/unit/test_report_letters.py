"""Mails and pages of reports: what a manager reads in a minute, and that nothing else can stand there."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.domain.report_catalogue import FIGURES
from guanjia.domain.report_periods import ReportName
from guanjia.gateways.mail.letter import Cell, DataTable, KeyFigures, Letter, Picture
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import share_text
from guanjia.pipelines.reports.edition import Community, CommunityFigure, Details, Remark, ReportEdition
from guanjia.pipelines.reports.letters_report import report_letter, report_subject
from guanjia.pipelines.reports.report_charts import ReportCharts, report_charts
from guanjia.pipelines.reports.report_document import report_document
from guanjia.pipelines.reports.report_sentences import biggest_mover, summary_sentences
from tests.support.examples import examples
from tests.support.pages import squeezed, texts_of
from tests.support.report_editions import TOWN, corrected, invented

ZH, EN = gettext_for("zh"), gettext_for("en")
SCOPES = ("company", "region:城东", "region:城西", *(each.community_code for each in TOWN))
REPORTS: tuple[ReportName, ...] = ("weekly", "daily", "monthly")
TEAMS = ("城东", "城西", "客服一组", "客服二组", "维修班", "工程部", "安保部", "保洁绿化部")
NAMES = "|".join((*(each.community_name for each in TOWN), *TEAMS))


@cache
def charts_of(language: str) -> ReportCharts:
    return report_charts(invented(), language)


def letter_of(edition: ReportEdition, language: str = "zh") -> Letter:
    """The mail with the company's charts: drawing takes long, and only one test looks at them."""
    return report_letter(edition, ReportCharts(), language)


def told(edition: ReportEdition, language: str = "zh") -> str:
    mail = render(letter_of(edition, language))
    return f"{mail.subject}\n{mail.text}"


def with_figure(edition: ReportEdition, code: str, **values: Decimal | None) -> ReportEdition:
    figures = tuple(replace(each, **values) if each.code == code else each for each in edition.figures)
    return replace(edition, figures=figures)


# -- the summary ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("REP-01")
def test_the_summary_says_what_happened_against_last_week_and_target_and_what_needs_a_hand() -> None:
    edition = invented()
    for code, value, previous in (
        ("cases_in.total", "412", "398"),
        ("cases_out.total", "405", "380"),
        ("cases_open.total", "57", "50"),
        ("cases_overdue", "6", "2"),
        ("on_time.total", "0.962", "0.951"),
        ("collection_rate", "0.8734", "0.88"),
        ("arrears", "1234567.89", "1200000.00"),
    ):
        edition = with_figure(edition, code, value=Decimal(value), previous=Decimal(previous))
    zh, en = summary_sentences(ZH, edition), summary_sentences(EN, edition)
    assert zh[:3] == (
        "受理 412 件（比上周多 14 件），办结 405 件，期末在办 57 件，其中超时 6 件。",
        "时限按时率 96.2 %，高于目标 95.0 %，比上周高 1.1 个百分点。",
        "收缴率 87.3 %，低于目标 90.0 %，欠费合计 123.5 万元，比上周增加 3.5 万元。",
    )
    assert en[:3] == (
        "412 cases came in (14 more than last week), 405 were finished and 57 are still open, 6 of them overdue.",
        "96.2 % of the deadlines due were kept, above the target of 95.0 %, "
        "1.1 percentage points higher than last week.",
        "87.3 % of the fees due were collected, below the target of 90.0 %, arrears stand at ¥1.23 million, "
        "¥34,568 more than last week.",
    )
    assert zh[4].startswith("需要跟进：在办超时 6；") and "另有" in zh[4]


def test_a_rate_that_rounds_to_its_target_is_not_said_to_be_below_it_by_the_same_number() -> None:
    edition = with_figure(invented(), "on_time.total", value=Decimal("0.94996"), previous=Decimal("0.94996"))
    assert summary_sentences(ZH, edition)[1] == "时限按时率 95.0 %，略低于目标 95.0 %，与上周持平。"


def test_the_biggest_mover_is_the_community_whose_intake_changed_most() -> None:
    edition = invented()
    rows = tuple(
        replace(each, numerator=Decimal(85), previous_numerator=Decimal(5))
        if (each.community_code, each.figure) == ("XQ002", "cases_in.total")
        else each
        for each in edition.by_community
    )
    edition = replace(edition, by_community=rows)
    assert summary_sentences(ZH, edition)[-1] == "变化最大的小区：云栖里，受理 85 件，比上周多 80 件。"
    assert biggest_mover(invented(scope="XQ002")) is None


@settings(max_examples=examples(25))
@given(
    st.sampled_from(REPORTS),
    st.sampled_from(SCOPES),
    st.integers(0, 10_000),
    st.sampled_from(("full", "empty", "unknown")),
    st.sampled_from(("zh", "en")),
)
def test_every_summary_has_three_to_six_sentences(
    report: ReportName, scope: str, seed: int, state: str, language: str
) -> None:
    edition = invented(report, scope, seed=seed, is_empty=state == "empty", is_unknown=state == "unknown")
    sentences = summary_sentences(gettext_for(language), edition)
    assert 3 <= len(sentences) <= 6
    assert all(each.endswith("。" if language == "zh" else ".") and "None" not in each for each in sentences)


# -- n/a is n/a -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("REP-01")
@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_nothing_could_be_counted_no_share_is_shown(report: ReportName, language: str) -> None:
    for edition in (invented(report, is_empty=True), invented(report, is_unknown=True)):
        letter = letter_of(edition, language)
        bare = replace(edition, figures=tuple(replace(each, target=None) for each in edition.figures))
        assert "%" not in told(bare, language)
        assert "n/a" in letter.subject
        figures = [figure for block in letter.blocks if isinstance(block, KeyFigures) for figure in block.figures]
        assert {each.tone for each in figures} == {"plain"}


def test_a_chapter_without_anything_is_named_in_one_line_instead_of_a_table_of_nothing() -> None:
    text = told(invented(is_unknown=True))
    assert "本期无可统计内容（n/a）：工单、时限、升级" in text
    assert not any(isinstance(block, DataTable) for block in letter_of(invented(is_unknown=True)).blocks)
    assert "本期与上期均无发生：升级" in told(invented(is_empty=True))


@pytest.mark.rule("CASE-03")
def test_parts_of_a_count_of_which_there_was_nothing_are_left_out() -> None:
    edition = with_figure(invented(), "feedback.market_demand", value=Decimal(0), previous=Decimal(3))
    text = told(edition)
    assert "* 市场需求 | 本周: 0 | 上周: 3 | 增减: −3" in text and "* 转交问题" not in text
    assert "* 设备异常 | 本周: 0 | 上周: 0 | 增减: ±0" in text


def test_what_is_red_where_a_target_was_missed_is_the_value() -> None:
    edition = with_figure(invented(), "on_time.total", value=Decimal("0.5"))
    tables = [block for block in letter_of(edition).blocks if isinstance(block, DataTable)]
    row = next(row for table in tables for row in table.rows if row[0] == "按时率：全部时限")
    assert [cell.tone for cell in (row[1], row[4]) if isinstance(cell, Cell)] == ["bad", "plain"]
    assert isinstance(row[4], Cell) and row[4].note == "未达标"


def test_no_direction_is_good_of_what_follows_from_something_else() -> None:
    better = {each.code: each.better for each in FIGURES}
    assert better["cases_out.total"] == "neither", "fewer came in, fewer are finished"
    assert better["arrears.days_31_90"] == "neither", "what is not paid grows older"
    assert better["arrears"] == better["arrears.days_over_365"] == better["cases_open.total"] == "less"


def test_a_figure_that_is_not_known_says_why() -> None:
    edition = with_figure(invented(), "inspected", value=None, previous=None)
    assert "n/a（没有应巡检的房屋）：巡检覆盖率。" in told(edition)


def test_what_may_change_and_what_days_were_taken_from_is_said() -> None:
    edition = replace(with_figure(invented(), "on_time.total", is_provisional=True), calendar_state="pattern")  # type: ignore[arg-type]  # a known state
    lacking = told(replace(edition, missing_years=("2027",)))
    assert "缺少 2027 年的法定节假日安排：该年的工作日按星期推定" in lacking and "office" not in lacking
    text = told(replace(edition, remarks=(Remark("not_sent", "2026-11-13"),)))
    assert "按时率*: " in text and "带 * 的数字为暂定数" in text
    assert "公司工作日历（office）未导入，工作日按周一至周五计" in text
    assert "2026-11-13 的报表未能按时发出" in text


# -- marks ------------------------------------------------------------------------------------------------------------


def test_the_subject_tells_the_week_in_a_line() -> None:
    edition = with_figure(invented(), "cases_in.total", value=Decimal(1412))
    edition = with_figure(edition, "on_time.total", value=Decimal("0.9617"))
    assert report_subject(edition, "zh") == "周报 2026-11-20 全公司：受理 1,412，按时率 96.2 %"
    assert report_subject(invented("monthly", "region:城东"), "en").startswith("Monthly report 2026-10 城东: ")


def test_a_correction_and_a_preview_say_so_everywhere() -> None:
    edition = replace(corrected(invented()), is_preview=True)
    letter = letter_of(edition)
    text = told(edition)
    assert letter.subject.startswith("【预览】【更正 第 2 版】周报 2026-11-20")
    assert "!! 预览稿：仅发给您本人" in text and "更正原因：补录 11 月 19 日到账的 32 笔收款" in text
    assert "* 质检平均分 | 上一版: n/a | 本版: 88.4" in text
    paper = report_document(edition, letter, ReportCharts())
    assert paper.file_name == "周报-2026-11-20-全公司-第 2 版-预览.pdf"
    pages = [squeezed(page) for page in texts_of(paper.content)]
    assert all("预览" in page for page in pages) and "更正（第2版）" in pages[0]
    plain = told(invented())
    assert "预览" not in plain and "更正" not in plain


# -- scope ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("REP-01")
def test_an_edition_refuses_what_lies_outside_its_scope() -> None:
    own = invented(scope="XQ003")
    strange = CommunityFigure("XQ001", "cases_in.total", Decimal(1))
    with pytest.raises(ValueError, match="edition of XQ003 was given XQ001"):
        replace(own, by_community=(*own.by_community, strange))
    row = ("XQ001", "3-101", "赵敏", "13912345678", None, Decimal(1))
    with pytest.raises(ValueError, match="XQ001"):
        replace(own, details=(Details("arrears", (row,), 1),))
    with pytest.raises(ValueError, match="region:城东 was given XQ003"):
        replace(own, scope="region:城东")
    with pytest.raises(ValueError, match="no community"):
        replace(own, by_community=(*own.by_community, replace(strange, community_code="")))
    replace(invented(), by_community=(replace(strange, community_code=""),))  # the company has what is nobody's


@settings(max_examples=examples(12))
@given(st.sampled_from(REPORTS), st.sampled_from(SCOPES[1:]), st.integers(0, 99), st.sampled_from(("zh", "en")))
def test_no_reader_can_learn_anything_of_another_scope(
    report: ReportName, scope: str, seed: int, language: str
) -> None:
    """The same mail, whatever happened elsewhere: in a town of other communities with other numbers, too."""
    own = [each for each in TOWN if scope in (f"region:{each.region}", each.community_code)]
    elsewhere = [Community(f"ZZ{seed}{n}", f"外区花园{n}", "外区") for n in range(3)]
    here, moved = invented(report, scope, seed=seed), invented(report, scope, seed=seed, town=(*elsewhere, *own))
    mail = render(letter_of(here, language))
    assert mail == render(letter_of(moved, language))
    for each in set(TOWN) - set(own):
        assert each.community_name not in mail.html and each.community_code not in mail.html


def test_masked_or_not_there_no_person_stands_in_the_mail() -> None:
    mail = render(letter_of(invented()))
    assert not re.search(r"王小明|李梅|赵敏|欧阳|1[3-9]\d{9}", mail.html + mail.text)


@pytest.mark.rule("REP-05")
def test_complaints_and_suggestions_are_told_by_cause_and_department() -> None:
    edition = invented()
    complaints = edition.figure("cases_in.complaint")
    assert complaints is not None and complaints.value
    text = told(edition)
    assert f"* 市场投诉 | 投诉受理: 9（{share_text(9 / complaints.value)}）" in text
    assert f"* 工程部 | 投诉受理: 7（{share_text(7 / complaints.value)}） | 建议受理: 2（" in text
    assert f"* 安保部 | 投诉受理: 4（{share_text(4 / complaints.value)}） | 建议受理: 0\n" in text
    assert "* Market complaint | Complaints taken in: 9 (" in told(edition, "en")


@pytest.mark.rule("QC-04")
def test_attendance_is_told_by_team_and_what_misses_its_target_says_so_in_a_word() -> None:
    text = told(invented())
    assert "* 客服一组 | 出勤率: 93.4 % (未达标) | 登录遵时率: 89.0 % (未达标)" in text
    assert "* 客服二组 | 出勤率: 93.5 % (未达标) | 登录遵时率: 92.4 %\n" in text
    assert "* 维修班 | 出勤率: 93.7 % (未达标) | 登录遵时率: n/a\n" in text


# -- charts, languages, pages -----------------------------------------------------------------------------------------


def test_with_pictures_off_the_words_carry_every_number_of_the_charts() -> None:
    edition, charts = invented(), charts_of("zh")
    mail = render(report_letter(edition, charts, "zh"))
    for chart, figures in (
        (charts.trend, [each for code in ("in", "out", "open") if (each := edition.figure(f"cases_{code}.total"))]),
        (charts.on_time, edition.chapter("deadlines")),
    ):
        assert chart is not None and f"[{chart.says}]" in mail.text and chart.content_id in mail.html
        assert len(chart.png) < 25_000
        for each in figures:
            shown = f"{each.value:,f}" if each.unit == "count" else f"{each.value * 100:.1f} %"  # type: ignore[operator]  # a chart's value is known
            assert shown in chart.says
    pictures = [each for each in report_letter(edition, charts, "zh").blocks if isinstance(each, Picture)]
    assert [each.content_id for each in pictures] == [each.content_id for each in charts.drawn]


def test_periods_before_the_first_known_one_are_not_drawn_and_nothing_is_drawn_of_nothing() -> None:
    charts = charts_of("zh")
    assert charts.trend is not None and charts.trend.says.startswith("工单趋势，09-18 至 11-20 共 10 期")
    assert report_charts(invented(is_unknown=True), "zh").drawn == ()
    assert report_charts(invented(is_empty=True), "zh").trend is None


@pytest.mark.parametrize("report", REPORTS)
def test_each_language_is_whole(report: ReportName) -> None:
    edition = replace(corrected(invented("weekly")), is_preview=True) if report == "weekly" else invented(report)
    chinese = re.sub(r"n/a|(?:GD-)?XQ\d+", "", told(edition))
    assert re.findall(r"[A-Za-z]{2,}", chinese) == []
    english = re.sub("|".join(filter(None, (NAMES, r"陈\*", edition.reason))), "", told(edition, "en"))
    assert re.findall(r"[\u4e00-\u9fff]+", english) == []


def test_a_month_is_told_from_its_first_day_to_its_last() -> None:
    text = told(invented("monthly"))
    assert "2026年10月1日 周四 至 2026年10月31日 周六" in text and "较上月" in text
    assert "前一日" in told(invented("daily"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_say_what_the_mail_says(language: str) -> None:
    edition, charts = invented(), charts_of(language)
    letter = report_letter(edition, charts, language)
    paper = report_document(edition, letter, charts)
    assert paper.content == report_document(edition, letter, charts).content
    pages = texts_of(paper.content)
    printed = squeezed("".join(pages))
    assert len(pages) <= 5
    for block in letter.blocks:
        if isinstance(block, DataTable):
            for row in block.cells:
                for cell in row:
                    assert squeezed(cell.text) in printed
    for sentence in summary_sentences(gettext_for(language), edition):
        assert squeezed(sentence) in printed


@pytest.mark.rule("REP-01")
@pytest.mark.rule("REP-03")
def test_open_matters_and_the_plan_stand_in_the_long_reports_only() -> None:
    for report in REPORTS:
        text = told(invented(report)).replace("\u00a0", " ")
        assert ("未结事项" in text and "需要改进" in text) == (report != "daily")
    assert "- GD-XQ001-01 投诉、翠湖花园、已开 16 天、超时、处理人 A0001" in text  # of the month, too
    alone = told(invented(scope="XQ002"), "en")
    assert "- GD-XQ002-01 Complaints, open for 16 days, overdue, handled by A0001" in alone.replace("\u00a0", " ")


@pytest.mark.rule("REP-02")
def test_the_day_tells_in_home_and_public_repairs_apart_even_where_there_were_none() -> None:
    day = invented("daily")
    values = {each.code: each.value for each in day.figures}
    home, public = (
        [values[f"cases_{word}.{kind}"] for word in ("in", "out", "open")]
        for kind in ("repair_in_home", "repair_public")
    )
    said = "入户报修受理 {}、办结 {}、在办 {}；公共报修受理 {}、办结 {}、在办 {}。".format(*home, *public)
    assert said in told(day).replace("\u00a0", " ")
    text = told(invented("daily", is_empty=True))
    assert "* 入户报修 | 受理: 0" in text and "* 公共报修 | 受理: 0" in text and "* 投诉" not in text


@pytest.mark.rule("REP-05")
def test_ratings_are_told_with_their_shares() -> None:
    edition = invented()
    five, every = edition.figure("rated.5"), [each.value or 0 for each in edition.figures if "rated." in each.code]
    assert five is not None and five.value
    assert f"评 5 分 {five.value} 次（{share_text(five.value / sum(every))}）" in told(edition).replace("\u00a0", " ")


def test_what_befell_many_is_told_in_one_sentence_and_what_befell_a_few_in_one_each() -> None:
    days = [f"2026-11-{day:02}" for day in range(1, 16)]
    remarks = [Remark("not_sent", day) for day in days] + [Remark("not_live", f"N{n}") for n in range(12)]
    remarks += [Remark("no_address", f"S{n}") for n in range(11)] + [Remark("unknown_scope", "X1")] * 2
    text = told(replace(invented(), remarks=tuple(remarks)))
    assert "2026-11-01 至 2026-11-15 共 15 期报表未能按时发出" in text and text.count("未能按时发出") == 1
    assert "N0、N1、N2、N3、N4、N5、N6、N7、N8、N9，另有 2 个小区 本期尚未启用服务" in text
    assert "S9，另有 1 人" in text and text.count("X1") == 2
    few = told(replace(invented(), remarks=tuple(remarks[:3])))
    assert few.count("未能按时发出") == 3


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        (Remark("deadlines_not_computed", "2026-11-20 15:00"), "2026-11-20 15:00 未能更新时限"),
        (
            Remark("nothing_changed", "x", {"report": "weekly", "period": "2026-11-13"}),
            "周报 2026-11-13 申请更正，但数据与已发版本一致，未生成新版。",
        ),
    ],
)
def test_what_happened_to_a_report_is_said_in_words(remark: Remark, words: str) -> None:
    assert words in told(replace(invented(), remarks=(remark,)))


@pytest.mark.rule("REP-04")
def test_the_months_summary_tells_the_quality_month_last_closed() -> None:
    said = "2026年9月服务质检平均分 88.6（95 %：87.8 至 89.4），60 个客服批次中 8 个不接收。"
    assert said in summary_sentences(ZH, invented("monthly"))
    assert not any("服务质检" in each for each in summary_sentences(ZH, invented("weekly")))
    assert all(3 <= len(summary_sentences(EN, invented(report))) <= 6 for report in REPORTS)
