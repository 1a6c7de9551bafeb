"""Business settings of reports and of things kept: the numbers of REP-01 to REP-06 and CUST-01 to CUST-04."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from guanjia.setting_definition import BusinessSetting

_POSTS: Final = ("team_leader", "supervisor", "manager", "department_head", "general_manager", "administration")


def _roles(name: str, default: str, en: str, zh: str) -> BusinessSetting:
    return BusinessSetting(name, "words", default, en, zh, words=_POSTS)


def _target(name: str, default: str, en: str, zh: str, unit: str = "%") -> BusinessSetting:
    return BusinessSetting(
        name,
        "decimal",
        default,
        en,
        zh,
        unit=unit,
        minimum=Decimal(0),
        maximum=Decimal(100),
        per_community=True,
    )


REPORT_SETTINGS: Final = (
    _roles(
        "report_roles_daily",
        "department_head,manager",
        "Posts that get the daily report of their community, or of the company, without being registered for it.",
        "无需登记即收到所辖范围日报的岗位。",
    ),
    _roles(
        "report_roles_weekly",
        "manager,general_manager",
        "Posts that get the weekly report of their community, or of the company, without being registered for it.",
        "无需登记即收到所辖范围周报的岗位。",
    ),
    _roles(
        "report_roles_monthly",
        "general_manager",
        "Posts that get the monthly report of their community, or of the company, without being registered for it.",
        "无需登记即收到所辖范围月报的岗位。",
    ),
    _target("on_time_target_pct", "95", "Share of deadlines kept that is aimed at.", "时限按时完成率目标。"),
    _target("callback_reached_target_pct", "90", "Share of callbacks due that is to be reached.", "回访接通率目标。"),
    _target("satisfied_target_pct", "90", "Share of answers that is to be satisfied.", "满意率目标。"),
    _target("coverage_target_pct", "100", "Share of inspections due to be made (INS-02).", "空置巡检覆盖率目标。"),
    _target("collection_target_pct", "90", "Share of what was billed that is to be collected.", "收缴率目标。"),
    _target("quality_target", "90", "Mean score of the quality check that is aimed at.", "质检平均分目标。", "points"),
    _target("answered_target_pct", "90", "Share of incoming calls to be answered.", "呼入接通率目标。"),
    BusinessSetting(
        "report_detail_rows",
        "integer",
        "5000",
        "Rows of a detail sheet of a report's workbook at most; where there are more, the sheet says so.",
        "报表工作簿每张明细表最多行数；超出时表内注明。",
        unit="rows",
        minimum=Decimal(0),
        maximum=Decimal(100_000),
    ),
    BusinessSetting(
        "report_trend_periods",
        "integer",
        "12",
        "Periods a report's trend shows, this one included.",
        "报表趋势显示的期数（含本期）。",
        unit="periods",
        minimum=Decimal(1),
        maximum=Decimal(60),
    ),
    _roles(
        "custody_administration_roles",
        "administration",
        "Posts that take over valuables and, at the end of a month, what nobody claimed.",
        "接收贵重物品及月末移交物品的岗位。",
    ),
    _roles(
        "custody_disposal_roles",
        "general_manager",
        "Posts that things unclaimed for long are reported to for disposal (enterprise management).",
        "接收逾期无人认领物品处置清单的岗位（企管部）。",
    ),
    _roles(
        "custody_key_roles",
        "team_leader",
        "Posts that keep the keys and chase those that are still out.",
        "保管钥匙并负责催还的岗位。",
    ),
    _roles(
        "custody_posting_roles",
        "team_leader",
        "Posts of a community that put up the weekly notice of unclaimed things and hand them over at a month's end.",
        "张贴每周拾遗公告、月末移交拾遗物品的岗位。",
    ),
    BusinessSetting(
        "custody_check_roles",
        "words",
        "agent",
        "Posts whose people check the devices of their place when the first shift of the day begins.",
        "每日首班开始时检查设备的岗位。",
        words=("agent", "technician", "inspector", "reviewer", *_POSTS),
    ),
    BusinessSetting(
        "custody_it_email",
        "text",
        "",
        "Address that devices out of order are reported to; blank: the department head.",
        "设备异常报修的邮箱；空则发部门负责人。",
    ),
    BusinessSetting(
        "custody_posting_weekday",
        "integer",
        "5",
        "Weekday on which unclaimed things are posted, 1 = Monday to 7.",
        "每周张贴拾遗公告的星期（1 = 周一）。",
        minimum=Decimal(1),
        maximum=Decimal(7),
    ),
    BusinessSetting(
        "custody_posting_days",
        "integer",
        "7",
        "Days a notice of unclaimed things hangs.",
        "拾遗公告张贴天数。",
        unit="days",
        minimum=Decimal(1),
        maximum=Decimal(60),
    ),
    BusinessSetting(
        "custody_disposal_months",
        "integer",
        "3",
        "Months after which what nobody claimed is reported for disposal.",
        "无人认领满多少个月后上报处置。",
        unit="months",
        minimum=Decimal(1),
        maximum=Decimal(36),
    ),
)
