"""Figures of houses, money and people: vacancy, bills and arrears, quality, attendance, things kept (REP-06, QC-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guanjia.domain.report_definition import ALL, FigureDefinition

AGES: Final[Mapping[str, tuple[str, str]]] = {
    "days_0_30": ("up to 30 days", "30 天内"),
    "days_31_90": ("31 to 90 days", "31–90 天"),
    "days_91_180": ("91 to 180 days", "91–180 天"),
    "days_181_365": ("181 to 365 days", "181–365 天"),
    "days_over_365": ("over 365 days", "365 天以上"),
}
"""Ages of arrears, as the arrears dataset has them."""

OLDEST: Final = "days_over_365"
"""The age nothing grows out of."""


def vacancy_figures() -> list[FigureDefinition]:
    """Vacant units and the inspections due in the period."""
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
            "Share of the inspections due on days that ended in the period in which the unit was entered by its end.",
            "应于本期结束的各日完成的月度巡检中，期末前已入户的占比。",
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


def money_figures() -> list[FigureDefinition]:
    """What was billed and collected, and what is owed by age."""
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
            better="less" if age == OLDEST else "neither",  # what is not paid moves from one age to the next
        )
        for age, (title, zh) in AGES.items()
    ]
    return found


def quality_figures() -> list[FigureDefinition]:
    """Scores of the quality weeks that ended in the period."""
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
            "Weighted mean Σ(score ÷ probability) ÷ Σ(1 ÷ probability) of the samples scored.",
            "已评分样本的加权平均分：Σ(得分 ÷ 抽中概率) ÷ Σ(1 ÷ 抽中概率)。",
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
            "Weighted share of the samples scored that have a critical error.",
            "已评分样本中致命差错的加权占比。",
            ("samples", "quality_results"),
            unit="share",
            better="less",
            is_complete=False,
        ),
    ]


def people_figures() -> list[FigureDefinition]:
    """Attendance and log-in adherence."""
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
            "登录遵时率",
            "Minutes logged in ÷ minutes of shift, of attended shifts with a record that ended in the period; at most "
            "1 a shift (QC-04).",
            "登录分钟 ÷ 班次分钟，按期内结束、有登录记录的出勤班次计，每班至多 1（QC-04）。",
            ("roster",),
            unit="share",
            better="more",
            reports=ALL,
            target_setting="adherence_target_pct",
            is_complete=False,
        ),
    ]


def custody_figures() -> list[FigureDefinition]:
    """Things kept for others, and devices."""
    return [
        FigureDefinition(
            "unclaimed",
            "custody",
            "Unclaimed things at the reception",
            "前台保管的拾遗物品",
            "Things found before the end of the period, and by then neither claimed nor told over to administration "
            "(valuables the same day, all others at a month's end).",
            "期末前拾得、至期末既未认领、也未移交行政（贵重物品当日移交，其余月末移交）的物品数。",
            ("found_property", "custody_steps"),
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
