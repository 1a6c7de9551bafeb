"""Things found, keys lent, devices checked and homes visited.

Assumptions: a thing is found every four days for each three hundred units, one in four is valuable, a little over
half are claimed; workers borrow keys every day, nine in ten bring them back the same day; the first agent of the day
checks five devices and now and then forgets one; a community visits a dozen homes a quarter and more when it is large.

However small the company, its first community has one of everything to tell of (`KEPT`): things unclaimed from the
first day and of the last two, keys that are out, a printer out of order, a fax machine nobody checked.
"""

from __future__ import annotations

from guanjia.sample.dates import SATURDAY, Day, Minute, at, minute_text, weekday
from guanjia.sample.draws import Bands, Draw, Weighted
from guanjia.sample.model import Crew, Emit, Place, Row, code_of, yes_no
from guanjia.sample.names import person

HOUR = 60
FOUND_A_UNIT_AND_DAY = 1 / (4 * 300)
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
KEPT: tuple[tuple[int, int, str, bool, str], ...] = (
    (0, 10 * HOUR + 20, "黑色钱包，内有现金和证件", True, "大堂沙发"),
    (0, 15 * HOUR + 5, "雨伞一把", False, "南门岗亭"),
    (-1, 9 * HOUR + 40, "手机一部，屏幕碎裂", True, "健身区"),
    (-1, 16 * HOUR + 10, "儿童水壶（蓝色）", False, "儿童乐园"),
    (-2, 11 * HOUR + 15, "车钥匙一串", True, "地库B1层"),
)
"""Day (0: the first, -1: the last, -2: the one before), minute of it, thing, valuable, place; nobody claims them."""
CLAIMED_SHARE = 0.55
CLAIMED_AFTER: Bands = ((0.5, 60, 600), (0.8, 1_440, 5_000), (1.0, 5_001, 30_000))

LOANS_A_UNIT_AND_DAY = 1 / 400
WORKERS = ("装修队", "电梯维保", "宽带装机", "空调安装", "燃气检修", "家电维修")
LENT_HOURS = (8 * HOUR + 20, 15 * HOUR)
LENT_MINUTES: Bands = ((1.0, 40, 270),)
KEPT_OVERNIGHT_SHARE, NOT_RETURNED_SHARE = 0.07, 0.015
LENT_LATE_AT = 15 * HOUR + 25
"""A key lent then on one of the last two days in the first community is still out."""
OVERNIGHT_HOURS = (8 * HOUR + 30, 11 * HOUR)
UNIT_KEY_SHARE = 0.8

DEVICES = ("computer", "phone", "printer", "fax", "server")
ABNORMAL_SHARE, FORGOTTEN_SHARE = 0.012, 0.004
BROKEN, FORGOTTEN = "printer", "fax"
"""Out of order on the last two days in the first community; not checked on the one before them."""
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


def _is_first(place: Place) -> bool:
    return place.plan.index == 0


def _last_days(place: Place) -> tuple[Day, Day]:
    return place.history.last - 1, place.history.last


def _found(place: Place, draw: Draw) -> list[Row]:
    found: list[tuple[Minute, str, bool, str, Minute | None, str]] = []
    for day in _days(place):
        for found_at in _moments(place, day, place.plan.unit_count * FOUND_A_UNIT_AND_DAY, DAYTIME, draw):
            item, is_valuable = draw.pick(FOUND_THINGS)
            where, claimant = draw.pick(PLACES), person(draw).text
            claimed_at = found_at + draw.within(CLAIMED_AFTER)
            is_claimed = draw.chance(CLAIMED_SHARE) and claimed_at <= place.history.until
            found.append((found_at, item, is_valuable, where, claimed_at if is_claimed else None, claimant))
    if _is_first(place):
        found += _kept(place)
    return [
        (
            f"SY{place.code}-{number:04}",
            minute_text(found_at),
            where,
            item,
            yes_no(is_valuable),
            None if claimed_at is None else minute_text(claimed_at),
            None if claimed_at is None else claimant,
        )
        for number, (found_at, item, is_valuable, where, claimed_at, claimant) in enumerate(sorted(found), start=1)
    ]


def _kept(place: Place) -> list[tuple[Minute, str, bool, str, Minute | None, str]]:
    """What nobody claims in the first community."""
    days = {0: place.plan.live_from, -1: place.history.last, -2: place.history.last - 1}
    kept = [(at(days[day], minute), item, valuable, where, None, "") for day, minute, item, valuable, where in KEPT]
    return [thing for thing in kept if thing[0] <= place.history.until]


def _loans(place: Place, draw: Draw) -> list[Row]:
    rows: list[Row] = []
    units = place.units
    for day in _days(place):
        moments = _moments(place, day, place.plan.unit_count * LOANS_A_UNIT_AND_DAY, LENT_HOURS, draw)
        late = at(day, LENT_LATE_AT) if _is_first(place) and day in _last_days(place) else None
        if late is not None and late <= place.history.until:
            moments.append(late)
        for lent_at in moments:
            unit = draw.pick(units) if draw.chance(UNIT_KEY_SHARE) else None
            borrower = f"{person(draw).text}（{draw.pick(WORKERS)}）"
            back: Minute | None = lent_at + draw.within(LENT_MINUTES)
            if draw.chance(NOT_RETURNED_SHARE) or lent_at == late:
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
    rows = _checks_of(place, place.crew, draw)
    return rows + _checks_of(place, place.head_office, draw) if _is_first(place) else rows


def _checks_of(place: Place, crew: Crew, draw: Draw) -> list[Row]:
    """Checks of the people of a community, or of the night desk at the head office."""
    rows: list[Row] = []
    for day in _days(place):
        shifts = crew.duty.get(day)
        if not shifts:
            continue
        starts, _ends, agent = min(shifts, key=lambda shift: shift[:2])
        checked_at = starts + draw.within(CHECK_AFTER_START)
        if checked_at > place.history.until:
            continue
        for device in DEVICES:
            is_abnormal, is_forgotten = draw.chance(ABNORMAL_SHARE), draw.chance(FORGOTTEN_SHARE)
            if crew is place.crew and _is_first(place):
                is_abnormal |= device == BROKEN and day in _last_days(place)
                is_forgotten |= device == FORGOTTEN and day == place.history.last - 2
            if is_forgotten:
                continue
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
