"""Things found, keys lent, devices checked and homes visited.

Assumptions: a thing is found every two weeks for each three hundred units, one in four is valuable, a little over
half are claimed; workers borrow keys every day, nine in ten bring them back the same day; the first agent of the day
checks five devices; a community visits a dozen homes a quarter and more when it is large.
"""

from __future__ import annotations

from guanjia.sample.dates import SATURDAY, Day, Minute, at, minute_text, weekday
from guanjia.sample.draws import Bands, Draw, Weighted
from guanjia.sample.model import Emit, Place, Row, code_of, yes_no
from guanjia.sample.names import person

HOUR = 60
FOUND_A_UNIT_AND_DAY = 1 / (14 * 300)
FOUND_THINGS = (
    ("黑色钱包，内有现金和证件", True),
    ("手机一部，屏幕碎裂", True),
    ("车钥匙一串", True),
    ("雨伞一把", False),
    ("儿童水壶（蓝色）", False),
    ("老花镜", False),
    ("门禁卡", False),
    ("外套一件", False),
    ("充电宝", False),
    ("快递包裹一个", False),
    ("儿童滑板车", False),
)
PLACES = ("南门岗亭", "儿童乐园", "地库B1层", "快递柜旁", "电梯轿厢", "健身区", "大堂沙发")
DAYTIME = (8 * HOUR, 20 * HOUR)
CLAIMED_SHARE = 0.55
CLAIMED_AFTER: Bands = ((0.5, 60, 600), (0.8, 1_440, 5_000), (1.0, 5_001, 30_000))

LOANS_A_UNIT_AND_DAY = 1 / 400
WORKERS = ("装修队", "电梯维保", "宽带装机", "空调安装", "燃气检修", "家电维修")
LENT_HOURS = (8 * HOUR + 20, 15 * HOUR)
LENT_MINUTES: Bands = ((1.0, 40, 270),)
KEPT_OVERNIGHT_SHARE, NOT_RETURNED_SHARE = 0.07, 0.015
OVERNIGHT_HOURS = (8 * HOUR + 30, 11 * HOUR)
UNIT_KEY_SHARE = 0.8

DEVICES = ("computer", "phone", "printer", "fax", "server")
ABNORMAL_SHARE = 0.012
DEVICE_NOTES = {
    "computer": "开机慢，蓝屏一次",
    "phone": "听筒有杂音",
    "printer": "卡纸，需更换硒鼓",
    "fax": "无法收发",
    "server": "收费系统连接超时",
}
CHECK_AFTER_START: Bands = ((1.0, 2, 9),)

VISITS_A_DAY_AT_LEAST, VISITS_A_UNIT_AND_DAY = 4 / 30, 1 / (30 * 150)
VISIT_HOURS = (9 * HOUR, 17 * HOUR)
TOPICS: Weighted[str] = Weighted({"safety": 30, "cleaning": 30, "engineering": 28, "other": 12})
SATISFACTION: Weighted[int] = Weighted({5: 45, 4: 33, 3: 14, 2: 6, 1: 2})
COMMENTS = (
    "总体满意",
    "希望加强保洁",
    "希望增加夜间巡逻",
    "停车位紧张",
    "电梯等候时间长",
    "无意见",
    "维修响应比以前快",
)
SIGNED_SHARE = 0.93
VISITING_ROLES = ("supervisor", "manager", "agent")


def emit(place: Place, emit_rows: Emit) -> None:
    """Found property, key loans, device checks and home visits of a community."""
    emit_rows("found_property", _found(place, place.draw("found_property")))
    emit_rows("key_loans", _loans(place, place.draw("key_loans")))
    emit_rows("device_checks", _checks(place, place.draw("device_checks")))
    emit_rows("home_visits", _visits(place, place.draw("home_visits")))


def _days(place: Place) -> range:
    return range(place.history.first, place.history.last + 1)


def _moments(place: Place, day: Day, mean: float, hours: tuple[int, int], draw: Draw) -> list[Minute]:
    moments = sorted(at(day, draw.between(*hours)) for _ in range(draw.count(mean)))
    return [moment for moment in moments if moment <= place.history.until]


def _found(place: Place, draw: Draw) -> list[Row]:
    rows: list[Row] = []
    for day in _days(place):
        for found_at in _moments(place, day, place.plan.unit_count * FOUND_A_UNIT_AND_DAY, DAYTIME, draw):
            item, is_valuable = draw.pick(FOUND_THINGS)
            where, claimant = draw.pick(PLACES), person(draw).text
            claimed_at = found_at + draw.within(CLAIMED_AFTER)
            is_claimed = draw.chance(CLAIMED_SHARE) and claimed_at <= place.history.until
            rows.append(
                (
                    f"SY{place.code}-{len(rows) + 1:04}",
                    minute_text(found_at),
                    where,
                    item,
                    yes_no(is_valuable),
                    minute_text(claimed_at) if is_claimed else None,
                    claimant if is_claimed else None,
                )
            )
    return rows


def _loans(place: Place, draw: Draw) -> list[Row]:
    rows: list[Row] = []
    units = place.units
    for day in _days(place):
        for lent_at in _moments(place, day, place.plan.unit_count * LOANS_A_UNIT_AND_DAY, LENT_HOURS, draw):
            unit = draw.pick(units) if draw.chance(UNIT_KEY_SHARE) else None
            borrower = f"{person(draw).text}（{draw.pick(WORKERS)}）"
            back: Minute | None = lent_at + draw.within(LENT_MINUTES)
            if draw.chance(NOT_RETURNED_SHARE):
                back = None
            elif draw.chance(KEPT_OVERNIGHT_SHARE):
                back = at(day + 1, draw.between(*OVERNIGHT_HOURS))
            is_back = back is not None and back <= place.history.until
            rows.append(
                (
                    f"YS{place.code}-{len(rows) + 1:05}",
                    place.code,
                    code_of(unit),
                    borrower,
                    minute_text(lent_at),
                    minute_text(back) if back is not None and is_back else None,
                )
            )
    return rows


def _checks(place: Place, draw: Draw) -> list[Row]:
    rows: list[Row] = []
    for day in _days(place):
        shifts = place.crew.duty.get(day)
        if not shifts:
            continue
        starts, _ends, agent = min(shifts, key=lambda shift: shift[:2])
        checked_at = starts + draw.within(CHECK_AFTER_START)
        if checked_at > place.history.until:
            continue
        for device in DEVICES:
            is_abnormal = draw.chance(ABNORMAL_SHARE)
            note = DEVICE_NOTES[device] if is_abnormal else None
            rows.append((agent.code, minute_text(checked_at), device, yes_no(not is_abnormal), note))
    return rows


def _visits(place: Place, draw: Draw) -> list[Row]:
    rows: list[Row] = []
    lived_in = [unit for unit in place.units if unit.is_lived_in]
    mean = max(VISITS_A_DAY_AT_LEAST, place.plan.unit_count * VISITS_A_UNIT_AND_DAY)
    for day in _days(place):
        if weekday(day) >= SATURDAY or day in place.history.day_offs or not lived_in:
            continue
        for visited_at in _moments(place, day, mean, VISIT_HOURS, draw):
            unit = draw.pick(lived_in)
            customer = unit.resident_on(day)
            visitor = draw.pick(place.crew.employed(VISITING_ROLES, day) or place.crew.members)
            rows.append(
                (
                    f"ZF{place.code}-{len(rows) + 1:04}",
                    minute_text(visited_at),
                    place.code,
                    unit.code,
                    code_of(customer),
                    visitor.code,
                    draw.of(TOPICS),
                    draw.of(SATISFACTION),
                    draw.pick(COMMENTS),
                    yes_no(draw.chance(SIGNED_SHARE)),
                )
            )
    return rows
