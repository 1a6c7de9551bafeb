"""The figures of the reports: what each counts, over what, which way it should move, and where it is counted.

A figure's code is its subject's word and, where it is counted by something, that word: ``cases_in.repair_in_home``.
Titles and formulas are written into each edition, so that an old report keeps explaining itself.
Source: pipelines §7, REP-01 to REP-06, QC-04, CASE-03.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from guanjia.domain.report_figures import Better
from guanjia.domain.report_periods import ReportName

Unit = Literal["count", "yuan", "share", "points", "seconds"]
Subject = Literal[
    "cases",
    "deadlines",
    "escalations",
    "callbacks",
    "vacancy",
    "money",
    "quality",
    "people",
    "feedback",
    "calls",
    "custody",
]

ALL: Final[tuple[ReportName, ...]] = ("weekly", "daily", "monthly")
LONG: Final[tuple[ReportName, ...]] = ("weekly", "monthly")

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "repair_in_home": ("In-home repairs", "入户报修"),
    "repair_public": ("Public-area repairs", "公共报修"),
    "repair_unsaid": ("Repairs without an area", "未填区域报修"),
    "complaint": ("Complaints", "投诉"),
    "enquiry": ("Enquiries", "咨询"),
    "suggestion": ("Suggestions", "建议"),
    "system_fault": ("System faults", "系统故障"),
}
"""Kinds of case as reports tell them apart: in-home and public repairs are counted apart (REP-02, CB-01)."""

AGES: Final[Mapping[str, tuple[str, str]]] = {
    "days_0_30": ("up to 30 days", "30 天内"),
    "days_31_90": ("31 to 90 days", "31–90 天"),
    "days_91_180": ("91 to 180 days", "91–180 天"),
    "days_181_365": ("181 to 365 days", "181–365 天"),
    "days_over_365": ("over 365 days", "365 天以上"),
}
"""Ages of arrears, as the arrears dataset has them."""

CLASSES: Final[Mapping[str, tuple[str, str]]] = {
    "market_demand": ("Market demand", "市场需求"),
    "system_problem": ("System problem", "系统问题"),
    "market_complaint": ("Market complaint", "市场投诉"),
    "handed_on": ("Handed-on problem", "转交问题"),
    "unclassified": ("Not classified", "未分类"),
}
"""Classes of feedback (CASE-03)."""


@dataclass(frozen=True)
class FigureDefinition:
    """What a figure is.

    Attributes:
        code: its name.
        subject: chapter it stands in.
        title: name a reader sees, in English.
        title_zh: the same in Chinese.
        formula: how it is worked out, in English.
        formula_zh: the same in Chinese.
        source: datasets it is counted in.
        unit: of its value; a share lies between 0 and 1.
        better: which way it should move.
        reports: reports it stands in.
        target_setting: setting that holds its target; None: none.
        is_complete: counted over a complete register, so that nothing found is 0; else nothing found is n/a.
        is_of_company: what is found need not belong to a community, so that nothing found is 0 for the company only.
    """

    code: str
    subject: Subject
    title: str
    title_zh: str
    formula: str
    formula_zh: str
    source: tuple[str, ...]
    unit: Unit = "count"
    better: Better = "neither"
    reports: tuple[ReportName, ...] = LONG
    target_setting: str | None = None
    is_complete: bool = True
    is_of_company: bool = False

    @property
    def is_share(self) -> bool:
        """Whether its value is numerator ÷ denominator."""
        return self.unit in ("share", "points", "seconds")


def _cases() -> list[FigureDefinition]:
    found = []
    for word, (title, zh) in (("total", ("Cases", "工单")), *KINDS.items()):
        source = ("cases", "case_events")
        found += [
            FigureDefinition(
                f"cases_in.{word}",
                "cases",
                f"{title} taken in",
                f"{zh}受理",
                "Number opened in the period.",
                "本期内受理的件数。",
                source,
                reports=ALL,
            ),
            FigureDefinition(
                f"cases_out.{word}",
                "cases",
                f"{title} finished",
                f"{zh}办结",
                "Number finished at the end of the period, whose first resolution or closing after the last reopening is in it.",
                "期末已办结，且最近一次重开后的首次完成或关闭在本期内的件数。",
                source,
                better="more",
                reports=ALL,
            ),
            FigureDefinition(
                f"cases_reopened.{word}",
                "cases",
                f"{title} reopened",
                f"{zh}重开",
                "Number finished at the beginning of the period and reopened in it.",
                "期初已办结、本期内重开的件数。",
                source,
                better="less",
            ),
            FigureDefinition(
                f"cases_open.{word}",
                "cases",
                f"{title} open at the end",
                f"期末在办{zh}",
                "Number neither resolved nor closed at the end of the period.",
                "期末未完成且未关闭的件数。",
                source,
                better="less",
                reports=ALL,
            ),
        ]
    found.append(
        FigureDefinition(
            "cases_overdue",
            "cases",
            "Open and overdue",
            "在办超时",
            "Open cases with a deadline past due and not met at the end of the period.",
            "期末在办且有时限已过未达的件数。",
            ("cases", "deadlines"),
            better="less",
            reports=ALL,
        )
    )
    found.append(
        FigureDefinition(
            "emergencies",
            "cases",
            "Emergencies",
            "突发事件",
            "Cases of urgency emergency opened in the period.",
            "本期受理的突发类工单件数。",
            ("cases",),
            better="less",
            reports=ALL,
        )
    )
    return found


MILESTONES: Final[Mapping[str, tuple[str, str]]] = {
    "total": ("all deadlines", "全部时限"),
    "answer": ("answer", "答复"),
    "outcome": ("outcome", "结果反馈"),
    "arrival": ("arrival", "上门"),
    "back_on_site": ("back on site", "返场"),
    "response": ("first response", "首次响应"),
    "contact": ("contact", "联系"),
    "visit": ("visit", "上门处理"),
    "tell_superior": ("telling the superior", "上报上级"),
    "restored": ("restored", "恢复"),
}
"""Milestones with a title of their own; others stand under their own word."""


def on_time(milestone: str) -> FigureDefinition:
    """The on-time rate of a milestone."""
    title, zh = MILESTONES.get(milestone, (milestone, milestone))
    return FigureDefinition(
        f"on_time.{milestone}",
        "deadlines",
        f"On time: {title}",
        f"按时率：{zh}",
        "Met ÷ (met + met late + running past due), of deadlines due in the period.",
        "达成 ÷（达成 + 超时达成 + 超时未达），按本期到期的时限计。",
        ("deadlines",),
        unit="share",
        better="more",
        reports=ALL,
        target_setting="on_time_target_pct",
        is_complete=False,
    )


def escalated(level: int) -> FigureDefinition:
    """Escalations of a level."""
    names = {-1: ("told at once", "即时上报"), 0: ("early warnings", "预警")}
    title, zh = names.get(level, (f"level {level}", f"{level} 级"))
    return FigureDefinition(
        f"escalations.{level}",
        "escalations",
        f"Escalations, {title}",
        f"升级：{zh}",
        "Steps of this level raised in the period.",
        "本期触发的该级别升级次数。",
        ("escalations",),
        better="less",
        reports=ALL,
    )


def _callbacks() -> list[FigureDefinition]:
    def make(
        code: str,
        title: str,
        zh: str,
        formula: str,
        formula_zh: str,
        unit: Unit = "count",
        better: Better = "neither",
        target: str | None = None,
        reports: tuple[ReportName, ...] = ALL,
    ) -> FigureDefinition:
        source = ("callback_contacts", "callback_attempts")
        return FigureDefinition(
            code,
            "callbacks",
            title,
            zh,
            formula,
            formula_zh,
            source,
            unit=unit,
            better=better,
            reports=reports,
            target_setting=target,
            is_complete=unit == "count",
        )

    found = [
        make(
            "callbacks_due",
            "Callbacks due",
            "应回访",
            "Contacts whose window ends in the period, without cancelled ones.",
            "窗口在本期结束的应回访事项数（不含取消）。",
        ),
        make(
            "callbacks_reached",
            "Reached",
            "接通率",
            "Of callbacks due, share reached or satisfied by another contact.",
            "应回访中已接通（或已由其他联系满足）的占比。",
            "share",
            "more",
            "callback_reached_target_pct",
        ),
        make(
            "satisfied",
            "Satisfied",
            "满意率",
            "Of answers with a rating given in the period, share above callback_dissatisfied_up_to.",
            "本期有评分的回访中，高于不满意分界的占比。",
            "share",
            "more",
            "satisfied_target_pct",
        ),
        make(
            "satisfaction",
            "Mean rating, 1 to 5",
            "平均满意度（1–5）",
            "Mean of ratings given in the period.",
            "本期回访评分的平均值。",
            "points",
            "more",
        ),
        make(
            "callbacks_missed",
            "Windows missed",
            "错过窗口",
            "Callbacks due whose window passed without the customer being reached.",
            "窗口已过仍未接通的应回访事项数。",
            better="less",
        ),
    ]
    found += [
        make(
            f"rated.{score}",
            f"Rated {score}",
            f"评 {score} 分",
            "Ratings of this score given in the period.",
            "本期该分值的评分数。",
            reports=LONG,
        )
        for score in range(5, 0, -1)
    ]
    return found


def _vacancy() -> list[FigureDefinition]:
    return [
        FigureDefinition(
            "vacant",
            "vacancy",
            "Vacant units",
            "空置房屋",
            "Units vacant on the period's last day.",
            "期末日空置的房屋套数。",
            ("vacancies",),
        ),
        FigureDefinition(
            "vacancy_rate",
            "vacancy",
            "Vacancy rate",
            "空置率",
            "Vacant units ÷ units, parking and storage left out, on the last day.",
            "期末日空置套数 ÷ 房屋套数（不含车位、储藏室）。",
            ("vacancies", "units"),
            unit="share",
            better="less",
            is_complete=False,
        ),
        FigureDefinition(
            "occupancy_rate",
            "vacancy",
            "Occupancy rate",
            "入住率",
            "Units handed over with somebody living there ÷ units handed over, on the last day.",
            "期末日已交付且有人入住的套数 ÷ 已交付套数。",
            ("occupancies", "units"),
            unit="share",
            better="more",
            is_complete=False,
        ),
        FigureDefinition(
            "inspected",
            "vacancy",
            "Inspections made",
            "巡检覆盖率",
            "Of the month's inspections due on days that ended in the period, share made by its end.",
            "应于本期结束的各日完成的月度巡检中，期末前已巡检的占比。",
            ("inspections",),
            unit="share",
            better="more",
            target_setting="coverage_target_pct",
            is_complete=False,
        ),
        FigureDefinition(
            "entered",
            "vacancy",
            "Entered",
            "入户率",
            "Of these inspections, share in which the unit was entered by the end of the period.",
            "上述巡检中，期末前已入户的占比。",
            ("inspections",),
            unit="share",
            better="more",
            target_setting="coverage_target_pct",
            is_complete=False,
        ),
        FigureDefinition(
            "findings",
            "vacancy",
            "Findings",
            "巡检异常",
            "Visits of the period whose finding opened a case.",
            "本期巡检中发现异常并开单的次数。",
            ("inspections",),
            better="less",
        ),
    ]


def _money() -> list[FigureDefinition]:
    found = [
        FigureDefinition(
            "billed",
            "money",
            "Billed, due in the period",
            "本期应收",
            "Total of posted bills due on days that ended in the period, less credit notes.",
            "应缴日于本期结束的已出账单总额（扣减红字账单）。",
            ("bills",),
            unit="yuan",
        ),
        FigureDefinition(
            "collection_rate",
            "money",
            "Collection rate",
            "收缴率",
            "Allocated by the end of the period ÷ billed, of bills due in the period.",
            "截至期末已核销金额 ÷ 应收，按本期到期账单计。",
            ("bills", "allocations"),
            unit="share",
            better="more",
            target_setting="collection_target_pct",
            is_complete=False,
        ),
        FigureDefinition(
            "arrears",
            "money",
            "Arrears",
            "欠费合计",
            "Open balance of all bills due by the end of the period.",
            "期末已到期账单的未缴余额。",
            ("arrears",),
            unit="yuan",
            better="less",
        ),
        FigureDefinition(
            "units_in_arrears",
            "money",
            "Units in arrears",
            "欠费户数",
            "Units with arrears at the end of the period.",
            "期末有欠费的房屋数。",
            ("arrears",),
            better="less",
        ),
    ]
    found += [
        FigureDefinition(
            f"arrears.{age}",
            "money",
            f"Arrears {title}",
            f"欠费 {zh}",
            "Open balance by days since it was due.",
            "按逾期天数分的未缴余额。",
            ("arrears",),
            unit="yuan",
            better="less",
        )
        for age, (title, zh) in AGES.items()
    ]
    return found


def _quality() -> list[FigureDefinition]:
    return [
        FigureDefinition(
            "quality_scored",
            "quality",
            "Quality samples scored",
            "质检完成样本",
            "Samples scored of quality weeks that ended in the period.",
            "本期结束的质检周中已评分的样本数。",
            ("samples", "quality_results"),
            is_of_company=True,
        ),
        FigureDefinition(
            "quality_mean",
            "quality",
            "Mean quality score",
            "质检平均分",
            "Weighted mean Σ(score ÷ probability) ÷ Σ(1 ÷ probability) of these samples.",
            "上述样本的加权平均分：Σ(得分 ÷ 抽中概率) ÷ Σ(1 ÷ 抽中概率)。",
            ("samples", "quality_results"),
            unit="points",
            better="more",
            target_setting="quality_target",
            is_complete=False,
        ),
        FigureDefinition(
            "quality_critical",
            "quality",
            "Critical errors",
            "致命差错率",
            "Weighted share of these samples with a critical error.",
            "上述样本中致命差错的加权占比。",
            ("samples", "quality_results"),
            unit="share",
            better="less",
            is_complete=False,
        ),
    ]


def _people() -> list[FigureDefinition]:
    return [
        FigureDefinition(
            "attendance",
            "people",
            "Attendance",
            "出勤率",
            "Shifts attended ÷ (attended + absent); leave and shifts without a record are left out (QC-04).",
            "出勤班次 ÷（出勤 + 缺勤）；请假和未登记的班次不计（QC-04）。",
            ("roster",),
            unit="share",
            better="more",
            reports=ALL,
            target_setting="attendance_target_pct",
            is_complete=False,
        ),
        FigureDefinition(
            "adherence",
            "people",
            "Log-in adherence",
            "登录吻合率",
            "Minutes logged in ÷ minutes of shift, of shifts attended with a record; at most 1 a shift (QC-04).",
            "登录分钟 ÷ 班次分钟，按有登录记录的出勤班次计，每班至多 1（QC-04）。",
            ("roster",),
            unit="share",
            better="more",
            reports=ALL,
            target_setting="adherence_target_pct",
            is_complete=False,
        ),
    ]


def _feedback() -> list[FigureDefinition]:
    return [
        FigureDefinition(
            f"feedback.{word}",
            "feedback",
            title,
            zh,
            "Cases opened in the period with this class of feedback (CASE-03).",
            "本期受理且属该反馈分类的件数（CASE-03）。",
            ("cases",),
        )
        for word, (title, zh) in CLASSES.items()
    ]


def _calls() -> list[FigureDefinition]:
    return [
        FigureDefinition(
            "calls_in",
            "calls",
            "Incoming calls",
            "呼入电话",
            "Incoming calls that began in the period.",
            "本期开始的呼入电话数。",
            ("calls",),
            reports=ALL,
            is_of_company=True,
        ),
        FigureDefinition(
            "calls_answered",
            "calls",
            "Answered",
            "呼入接通率",
            "Of incoming calls, share answered.",
            "呼入电话中已接通的占比。",
            ("calls",),
            unit="share",
            better="more",
            reports=ALL,
            target_setting="answered_target_pct",
            is_complete=False,
        ),
        FigureDefinition(
            "queue_seconds",
            "calls",
            "Mean time in the queue",
            "平均排队时长",
            "Mean seconds in the queue, of incoming calls with a record.",
            "有记录的呼入电话平均排队秒数。",
            ("calls",),
            unit="seconds",
            better="less",
            reports=ALL,
            is_complete=False,
        ),
    ]


def _custody() -> list[FigureDefinition]:
    return [
        FigureDefinition(
            "unclaimed",
            "custody",
            "Things unclaimed",
            "未认领拾遗",
            "Things found and not claimed by the end of the period.",
            "期末未认领的拾遗物品数。",
            ("found_property",),
            better="less",
            is_of_company=True,
        ),
        FigureDefinition(
            "keys_out",
            "custody",
            "Keys not returned",
            "未归还钥匙",
            "Keys lent on a day before the period's last and not returned by its end.",
            "期末前隔日仍未归还的钥匙数。",
            ("key_loans",),
            better="less",
        ),
        FigureDefinition(
            "devices_abnormal",
            "custody",
            "Devices out of order",
            "设备异常",
            "Device checks of the period that found something out of order.",
            "本期设备检查发现的异常数。",
            ("device_checks",),
            better="less",
            reports=ALL,
        ),
    ]


FIGURES: Final[tuple[FigureDefinition, ...]] = (
    *_cases(),
    on_time("total"),
    *_callbacks(),
    *_vacancy(),
    *_money(),
    *_quality(),
    *_people(),
    *_feedback(),
    *_calls(),
    *_custody(),
)
"""Figures every edition has; on-time rates by milestone and escalations by level are added as they occur."""


def definition_of(code: str) -> FigureDefinition:
    """The definition of a figure.

    Raises:
        KeyError: there is no such figure.
    """
    subject, _dot, word = code.partition(".")
    if subject == "on_time":
        return on_time(word)
    if subject == "escalations":
        return escalated(int(word))
    return _BY_CODE[code]


def figures_of(report: ReportName) -> tuple[FigureDefinition, ...]:
    """The figures every edition of a report has, in order."""
    return tuple(each for each in FIGURES if report in each.reports)


_BY_CODE: Final = {each.code: each for each in FIGURES}
