"""Figures of the service: cases, deadlines, escalations, callbacks, feedback and calls (REP-01, 02, 05; CASE-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guanjia.domain.report_definition import ALL, LONG, FigureDefinition, Unit
from guanjia.domain.report_figures import Better
from guanjia.domain.report_periods import ReportName

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

CLASSES: Final[Mapping[str, tuple[str, str]]] = {
    "market_demand": ("Market demand", "市场需求"),
    "system_problem": ("System problem", "系统问题"),
    "market_complaint": ("Market complaint", "市场投诉"),
    "handed_on": ("Handed-on problem", "转交问题"),
    "unclassified": ("Not classified", "未分类"),
}
"""Classes of feedback (CASE-03)."""


def cases_figures() -> list[FigureDefinition]:
    """Cases taken in, finished, reopened and open, by kind."""
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
                "Number finished at the end, and first resolved or closed after the last reopening in the period.",
                "期末已办结，且最近一次重开后的首次完成或关闭在本期内的件数。",
                source,  # fewer come in, fewer are finished: no direction is good by itself
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


def escalations_figures() -> list[FigureDefinition]:
    """What stands of escalations at the end, beside those raised by level."""
    return [
        FigureDefinition(
            "unacknowledged",
            "escalations",
            "Standing, not acknowledged",
            "未确认升级",
            "Steps raised and neither acknowledged nor stood down at the end of the period, early warnings left out.",
            "期末既未确认也未解除的升级次数（不含预警）。",
            ("escalations",),
            better="less",
            reports=ALL,
        )
    ]


def callbacks_figures() -> list[FigureDefinition]:
    """Callbacks due in the period and the ratings given in it."""

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
            "Not reached in time",
            "超期未接通",
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


def feedback_figures() -> list[FigureDefinition]:
    """Cases taken in, by class of feedback (CASE-03)."""
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


def calls_figures() -> list[FigureDefinition]:
    """Incoming calls."""
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
