"""The form in Airflow's UI with which an operator previews, sends or corrects a report."""

from __future__ import annotations

from airflow.sdk import Param

_PERIODS = {
    "weekly": ("周报填周五的日期，例如 2026-11-20。", "The Friday it ended on."),
    "daily": ("日报填当天日期，例如 2026-11-20。", "The day it ended on."),
    "monthly": ("月报填月份，例如 2026-10。", "The month."),
}


def report_form(report: str) -> dict[str, Param]:
    """The fields; all may be left as they are, which makes the report that is due.

    Args:
        report: weekly, daily or monthly.
    """
    zh, en = _PERIODS[report]
    return {
        "preview_to_me": Param(
            False,
            type="boolean",
            title="只发给我预览 Preview to me",
            description="只给您本人发一份（您在“报表”页面可查看的最大范围；有权查看收费的才含金额和附件），收件人不会收到，"
            "也不算已发送。One mail to you alone, of what the page Reports shows you; its readers get nothing.",
        ),
        "corrected": Param(
            False,
            type="boolean",
            title="更正已发送的报表 Correct one that was sent",
            description="按现在的资料重新计算，数字有变化才发出新版，并注明改了什么；必须填写原因。"
            "Computed anew; sent only if a figure has changed, saying which. Needs a reason.",
        ),
        "reason": Param(
            None,
            type=["null", "string"],
            title="更正原因 Reason",
            description="收件人会看到。Its readers are told it.",
        ),
        "period": Param(
            None,
            type=["null", "string"],
            title="报表期间 Period",
            description=f"空 = 最近结束的一期。{zh} Empty: the newest that has ended. {en}",
        ),
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="截至时刻 as_of",
            description="空 = 现在。只在补跑时填写。Empty: now.",
            section="一般不填 Usually left empty",
        ),
    }
