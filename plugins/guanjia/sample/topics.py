"""What people call about: kinds of cases, their texts, seasons and prices.

A topic's weight is per ten thousand cases of a plain month, multiplied by its season's factor for the month: heating
in winter, leaks and cooling in summer, lamps when it gets dark early.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from guanjia.sample.dates import MONTHS_A_YEAR
from guanjia.sample.draws import Weighted
from guanjia.sample.workforce import QUALITY, SERVICE, SYSTEMS, WORKS

SEASONS: dict[str, tuple[float, ...]] = {
    "": (1,) * MONTHS_A_YEAR,
    "heating": (6, 5, 3, 0.2, 0, 0, 0, 0, 0, 0.4, 5, 6),
    "leak": (0.6, 0.6, 0.9, 1.1, 1.6, 2.6, 3, 2.8, 1.6, 0.9, 0.7, 0.6),
    "cooling": (0, 0, 0, 0.2, 1, 3, 5, 5, 2, 0.2, 0, 0),
    "dark": (1.4, 1.2, 1, 0.8, 0.7, 0.6, 0.6, 0.7, 0.9, 1.2, 1.4, 1.5),
    "green": (0.3, 0.3, 1, 1.6, 1.8, 1.8, 1.6, 1.6, 1.2, 0.8, 0.5, 0.3),
}
BUSY_MONTHS = (1.10, 0.85, 0.95, 0.92, 0.95, 1.05, 1.15, 1.12, 0.98, 0.92, 1.08, 1.12)
"""Cases of a month against the average month."""
BUSY_WEEKDAYS = (1.32, 1.05, 1.0, 0.97, 1.02, 0.9, 0.74)
"""Cases of a weekday, Monday first, against the average day."""
DAY_OFF_FACTOR = 0.7


class PriceItem(NamedTuple):
    """A line of the published price list."""

    text: str
    quantities: tuple[str, ...]
    fen: int


PRICES: dict[str, tuple[PriceItem, ...]] = {
    "water": (
        PriceItem("更换下水软管", ("1",), 3_500),
        PriceItem("角阀", ("1", "2"), 2_800),
        PriceItem("马桶进水阀", ("1",), 5_850),
        PriceItem("密封胶条（米）", ("1.5", "2", "6.5"), 400),
        PriceItem("疏通人工", ("1",), 8_000),
    ),
    "power": (
        PriceItem("漏电保护器", ("1",), 8_600),
        PriceItem("插座面板", ("1", "2", "3"), 1_850),
        PriceItem("检修人工", ("0.5", "1", "1.5"), 8_000),
    ),
    "door": (
        PriceItem("锁芯B级", ("1",), 16_800),
        PriceItem("换锁人工", ("1",), 5_000),
        PriceItem("闭门器", ("1",), 9_590),
    ),
    "heat": (PriceItem("暖气放气阀", ("1", "2"), 1_250), PriceItem("清洗过滤网", ("1",), 3_000)),
}


class Topic(NamedTuple):
    """Something people call about."""

    kind: str
    area: str | None
    text: str
    weight: int
    season: str = ""
    department: str = WORKS
    prices: str = ""
    feedback: str | None = None
    urgent_share: float = 0.1


TOPICS = (
    Topic("repair", "in_home", "厨房水槽下水管漏水", 420, "leak", prices="water", urgent_share=0.3),
    Topic("repair", "in_home", "卫生间天花渗水，疑似楼上漏水", 380, "leak", prices="water", urgent_share=0.35),
    Topic("repair", "in_home", "马桶堵塞，无法使用", 360, prices="water", urgent_share=0.3),
    Topic("repair", "in_home", "水龙头关不紧", 300, prices="water", urgent_share=0.05),
    Topic("repair", "in_home", "家中突然跳闸，推不上去", 340, prices="power", urgent_share=0.35),
    Topic("repair", "in_home", "插座没有电", 260, prices="power"),
    Topic("repair", "in_home", "入户门锁打不开", 240, prices="door", urgent_share=0.4),
    Topic("repair", "in_home", "窗户密封条老化漏风", 160, "dark", prices="door"),
    Topic("repair", "in_home", "对讲门铃没有声音", 300),
    Topic("repair", "in_home", "暖气不热", 200, "heating", prices="heat", urgent_share=0.2),
    Topic("repair", "in_home", "暖气片漏水", 80, "heating", prices="heat", urgent_share=0.5),
    Topic("repair", "in_home", "空调冷凝水管堵塞倒流", 110, "cooling", prices="water"),
    Topic("repair", "in_home", "水压小，热水器打不着火", 220, prices="water"),
    Topic("repair", "in_home", "墙面空鼓开裂，要求保修", 190, feedback="system_problem"),
    Topic("repair", "public", "楼道灯不亮", 420, "dark"),
    Topic("repair", "public", "电梯运行有异响", 260, urgent_share=0.3),
    Topic("repair", "public", "单元门闭门器坏了，门关不上", 280),
    Topic("repair", "public", "地库入口道闸抬杆后不落", 220, urgent_share=0.25),
    Topic("repair", "public", "地面砖翘起，容易绊倒", 170),
    Topic("repair", "public", "雨水井堵塞积水", 110, "leak", urgent_share=0.3),
    Topic("repair", "public", "地库顶板渗水", 120, "leak"),
    Topic("repair", "public", "健身器材松动", 110, "green"),
    Topic("repair", "public", "路灯整排不亮", 150, "dark"),
    Topic("complaint", None, "楼上装修噪音，午休时间施工", 230, department=SERVICE, feedback="handed_on"),
    Topic("complaint", None, "楼道堆放杂物无人清理", 190, department=QUALITY, feedback="market_complaint"),
    Topic("complaint", None, "保洁不到位，电梯厅有异味", 190, department=QUALITY, feedback="market_complaint"),
    Topic("complaint", None, "报修多次没有人来", 150, department=WORKS, feedback="market_complaint"),
    Topic("complaint", None, "车位被占，保安不处理", 170, department=SERVICE, feedback="market_complaint"),
    Topic("complaint", None, "绿化带蚊虫多", 60, "green", department=QUALITY, feedback="market_complaint"),
    Topic("complaint", None, "暖气不热，多次反映未解决", 40, "heating", department=WORKS, feedback="system_problem"),
    Topic("complaint", None, "客服电话长时间打不通", 90, department=SERVICE, feedback="system_problem"),
    Topic("complaint", None, "物业费账单看不懂，公摊偏高", 130, department=SERVICE, feedback="handed_on"),
    Topic("enquiry", None, "咨询物业费缴纳方式", 520, department=SERVICE),
    Topic("enquiry", None, "咨询装修押金退还流程", 240, department=SERVICE),
    Topic("enquiry", None, "咨询车位办理和延期", 340, department=SERVICE, feedback="market_demand"),
    Topic("enquiry", None, "咨询空置登记条件", 120, department=SERVICE),
    Topic("enquiry", None, "咨询供暖时间", 60, "heating", department=SERVICE),
    Topic("enquiry", None, "咨询门禁卡补办", 340, department=SERVICE),
    Topic("enquiry", None, "咨询快递柜使用", 160, department=SERVICE),
    Topic("suggestion", None, "建议增设电动车充电棚", 130, department=SERVICE, feedback="market_demand"),
    Topic("suggestion", None, "建议儿童乐园铺软垫", 70, "green", department=SERVICE, feedback="market_demand"),
    Topic("suggestion", None, "建议夜间增加巡逻", 70, department=SERVICE, feedback="market_demand"),
    Topic("system_fault", None, "门禁系统无法刷卡", 60, department=SYSTEMS, feedback="system_problem"),
    Topic("system_fault", None, "监控平台掉线", 45, department=SYSTEMS, feedback="system_problem"),
    Topic("system_fault", None, "收费系统无法登录", 40, department=SYSTEMS, feedback="system_problem"),
    Topic("system_fault", None, "呼叫中心线路中断", 25, department=SYSTEMS, feedback="system_problem"),
)
EMERGENCIES = (
    Topic("repair", "public", "电梯困人", 40),
    Topic("repair", "public", "楼道有烟，疑似起火", 12),
    Topic("repair", "in_home", "水管爆裂，水漫到走廊", 30),
    Topic("repair", "public", "地库进水", 12),
    Topic("repair", "in_home", "闻到燃气味", 14),
    Topic("complaint", None, "业主间冲突，已报警", 8, department=SERVICE),
)
EMERGENCY_SHARE = 0.008
MAJOR_SHARES = {"complaint": 0.05, "repair": 0.004}
FAULT_LEVELS: Weighted[int] = Weighted({1: 20, 2: 30, 3: 30, 4: 20})

OUTAGES = ("停水", "停电", "电梯年检停运", "供暖管网检修")
OUTAGE_TEXTS = ("来电询问{outage}何时恢复", "家里{outage}了，没有看到通知", "{outage}影响生活，什么时候好")


@cache
def topics_of(season: int) -> Weighted[Topic]:
    """The topics with their weights in a month of the year (0 = January)."""
    weights = {topic: topic.weight * SEASONS[topic.season][season] for topic in TOPICS}
    return Weighted({topic: weight for topic, weight in weights.items() if weight})


EMERGENCY_TOPICS: Weighted[Topic] = Weighted({topic: topic.weight for topic in EMERGENCIES})


class Scene(NamedTuple):
    """A case that is open when the history ends, so that even a small company has something to escalate."""

    topic: Topic
    urgency: str
    opened_minutes_ago: int
    events: tuple[tuple[int, str], ...] = ()
    """(minutes after it was opened, event)."""
    fault_level: int | None = None
    booked_minutes_ago: int | None = None


_LEAK = Topic("repair", "in_home", "厨房水管漏水，楼下已有水渍", 0)
_DOOR = Topic("repair", "in_home", "入户门锁打不开", 0)
_LIGHT = Topic("repair", "public", "整个单元楼道灯不亮", 0)
_HEAT = Topic("repair", "in_home", "暖气不热，家有老人", 0)
_NOISE = Topic("complaint", None, "夜间施工噪音，多次反映无人处理", 0, department=SERVICE, feedback="market_complaint")
_GATE = Topic("system_fault", None, "门禁系统无法刷卡", 0, department=SYSTEMS, feedback="system_problem")

SCENES = (
    Scene(EMERGENCIES[0], "emergency", 35, ((2, "answered"), (4, "told_superior"), (5, "assigned"))),
    Scene(_GATE, "ordinary", 50, ((1, "assigned"),), fault_level=2),
    Scene(_LEAK, "urgent", 180),
    Scene(_NOISE, "ordinary", 3 * 1_440, ((20, "assigned"),)),
    Scene(_HEAT, "ordinary", 300, ((8, "assigned"), (15, "answered")), booked_minutes_ago=45),
    Scene(_LEAK, "ordinary", 1_560, ((10, "assigned"), (20, "answered"), (90, "arrived"), (120, "cannot_solve"))),
    Scene(_DOOR, "ordinary", 1_800, ((12, "assigned"), (25, "answered"), (30, "paused"))),
    Scene(_NOISE, "major", 3_600, ((15, "assigned"), (35, "told_superior"))),
    Scene(_GATE, "ordinary", 20, ((1, "assigned"),), fault_level=4),
    Scene(_HEAT, "ordinary", 170, ((10, "assigned"), (30, "answered"), (80, "arrived"), (120, "assessment"))),
    Scene(_LIGHT, "ordinary", 2_900, ((30, "assigned"),)),
    Scene(
        _DOOR,
        "ordinary",
        4_000,
        ((9, "assigned"), (60, "arrived"), (100, "resolved"), (300, "closed"), (3_900, "reopened")),
    ),
)
SCENES_EACH = 4
"""How many of them a community has; the next community goes on where the last one stopped."""
