"""The company: how many communities of what size and age, in which regions, for which developers.

Assumptions: a small company has small communities, a large one has communities of about 800 units; every third one is
new, of middle age and old in turn; a developer has about twelve of them, a region about forty. In a company of four
or more, every seventh community (the fourth first) came under our service in the middle of the history and goes live
then.
"""

from __future__ import annotations

from itertools import product

from guanjia.sample.dates import MONTHS_A_YEAR, Day, month_start
from guanjia.sample.draws import split
from guanjia.sample.estate import AGES
from guanjia.sample.model import CommunityPlan, Customer, Emit, History
from guanjia.sample.names import CITIES, CUSTOMER_MAIL, DEVELOPER_TRADE, firm, phone, words
from guanjia.sample.people import customer_row

COMPANY_NAME = "禾屿物业服务有限公司"
UNITS_AT_LEAST = 20
UNITS_AT_MOST = 2_000_000

TYPICAL_SIZE = ((100, 100), (1_000, 110), (10_000, 400), (UNITS_AT_MOST + 1, 800))
"""(company of fewer units than, units a community has about)."""
SIZE_BANDS = ((0.3, 60, 85), (0.8, 86, 115), (1.0, 116, 160))
"""Size of a community in per cent of the typical one."""
COMMUNITIES_A_DEVELOPER = 12
COMMUNITIES_A_REGION = 40
REGIONS_AT_LEAST = 2
CODE_DIGITS_AT_LEAST = 3

LATE_JOINER_EVERY, LATE_JOINER_FIRST = 7, 3
DEVELOPER_SERVICE_YEARS = 6

NAME_FIRST = words(
    "澄庭 梧桐 听澜 云栖 枕溪 青屿 观枫 禾光 望舒 木槿 星河 朗月 知春 揽翠 沁园 "
    "临湖 松风 雅逸 书香 锦绣 和苑 清晖 逸景 翠微 桃源 静好 明湖 晴川"
)
NAME_LAST = words("雅苑 里 花园 名邸 府 公馆 新城 家园 华庭 苑")
REGION_NAMES = words("东湖 西岭 南浦 北辰 中央 高新 临港 河西 城东 新区 古城 滨江 云谷 柳林 桂园 松山")


def community_plans(history: History, units: int) -> list[CommunityPlan]:
    """Every community of a company with this many units; the same for the same seed."""
    draw = history.draw("company")
    typical = next(size for below, size in TYPICAL_SIZE if units < below)
    count = max(1, round(units / typical))
    sizes = split(units, [draw.within(SIZE_BANDS) for _ in range(count)])
    names = draw.some(
        [first + last for first, last in product(NAME_FIRST, NAME_LAST)], len(NAME_FIRST) * len(NAME_LAST)
    )
    regions = max(min(REGIONS_AT_LEAST, count), -(-count // COMMUNITIES_A_REGION))
    digits = max(CODE_DIGITS_AT_LEAST, len(str(count)))
    developers = _developers(history, count, digits)
    plans = []
    for index in range(count):
        phase = index // len(names)
        region = index % regions
        developer_code, developer_name = developers[index // COMMUNITIES_A_DEVELOPER]
        plans.append(
            CommunityPlan(
                index=index,
                code=f"{index + 1:0{digits}}",
                name=names[index % len(names)] + (f"{phase + 1}期" if phase else ""),
                region=_region_name(region),
                city=CITIES[region % len(CITIES)],
                developer_code=developer_code,
                developer_name=developer_name,
                unit_count=sizes[index],
                age=list(AGES)[index % len(AGES)],
                live_from=month_start(history.first_month + _months_late(index, history)),
            )
        )
    return plans


def _region_name(number: int) -> str:
    turn, place = divmod(number, len(REGION_NAMES))
    return f"{REGION_NAMES[place]}{f'{turn + 1}' if turn else ''}片区"


def _months_late(index: int, history: History) -> int:
    if index % LATE_JOINER_EVERY != LATE_JOINER_FIRST:
        return 0
    return len(history.closed_months) // 2


def _developers(history: History, communities: int, digits: int) -> list[tuple[str, str]]:
    draw = history.draw("developers")
    return [
        (f"KF{number + 1:0{digits}}", firm(draw, DEVELOPER_TRADE))
        for number in range(-(-communities // COMMUNITIES_A_DEVELOPER))
    ]


def emit_developers(history: History, plans: list[CommunityPlan], emit: Emit) -> None:
    """The developers as customers: they pay for what is not sold."""
    draw = history.draw("developers", "customers")
    known = dict.fromkeys((plan.developer_code, plan.developer_name) for plan in plans)
    since = month_start(history.first_month - DEVELOPER_SERVICE_YEARS * MONTHS_A_YEAR)
    emit("customers", [customer_row(_developer(code, name, phone(draw), since)) for code, name in known])


def _developer(code: str, name: str, number: str, since: Day) -> Customer:
    return Customer(code, name, "company", phone=number, email=f"{code.lower()}@{CUSTOMER_MAIL}", service_start=since)
