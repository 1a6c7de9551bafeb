"""Payments: what people owe month by month, and how they pay it.

Assumptions: a month's bill goes out on the 5th of the next and is due on the 20th. Five of six customers pay in time,
some late, some quarterly, a few not at all. A bill with metered or shared charges is paid rounded up to whole yuan,
any other to the fen. A few payments name nobody or no unit, some are paid by somebody else, some are reversed. What
is owed is worked out here only as well as people would: the billing pipeline has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guanjia.sample.dates import Day, Month, day_text, days_in, month_end, month_start, short_day
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.metering import METERED_USES, UTILITIES, Metering
from guanjia.sample.model import FEN_A_YUAN, Emit, Place, Row, Unit, yuan
from guanjia.sample.money import FEN_A_RATE, Contract, Tariffs, year_month_text
from guanjia.sample.names import PAYMENT_METHODS, person

BILLED_ON_DAY = 5
HABITS: dict[str, Bands] = {
    "on_time": ((0.6, 1, 8), (1.0, 9, 15)),
    "late": ((0.3, 3, 15), (0.8, 17, 45), (1.0, 46, 80)),
    "quarterly": ((1.0, 1, 15),),
    "never": (),
}
"""Days after the bill went out."""
QUARTER = 3
SOMEBODY_ELSE_SHARE = 0.025
NAMELESS_SHARE = 0.004
REVERSED_SHARE = 0.002
REVERSED_AFTER: Bands = ((1.0, 1, 4),)
NAMELESS_REFERENCES = ("物业费", "转账", "缴费", "")
SUM_NUMBER_DIGITS = 4
TENTHS_AND_RATE = 10 * FEN_A_RATE


@dataclass(frozen=True, slots=True)
class Due:
    """What one customer owes for a unit and month."""

    unit: Unit
    payer: str
    habit: str
    month: Month
    fen: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment before it has its number."""

    day: Day
    unit: Unit
    payer: str
    fen: int
    months: tuple[Month, ...]


def emit(place: Place, tariffs: Tariffs, metering: Metering, agreed: list[Contract], emit_rows: Emit) -> None:
    """Every payment of a community, by day."""
    draw = place.draw("payments")
    billed = [
        month
        for month in place.history.closed_months
        if month_start(month) >= place.plan.live_from and _billed_on(month) <= place.history.last
    ]
    dues = _Dues(place, tariffs, metering, agreed)
    paid = [payment for unit in place.units for payment in _pay(place, dues.of(unit, billed), draw)]
    paid.sort(key=lambda payment: payment.day)
    emit_rows("payments", _rows(place, paid, draw))


def _billed_on(month: Month) -> Day:
    return month_end(month) + BILLED_ON_DAY


class _Dues:
    """Works out what is owed."""

    def __init__(self, place: Place, tariffs: Tariffs, metering: Metering, agreed: list[Contract]) -> None:
        self.place, self.tariffs, self.metering = place, tariffs, metering
        self.contracts: dict[str, list[Contract]] = {}
        for contract in agreed:
            if contract.is_monthly:
                self.contracts.setdefault(contract.unit.code, []).append(contract)
        sharers = [unit for unit in place.units if unit.use in METERED_USES]
        self.households = len(sharers)
        self.areas = {
            building.code: sum(unit.area for unit in building.units if unit.use in METERED_USES)
            for building in place.buildings
        }
        self.pools = {meter.building.code if meter.building else "": meter for meter in metering.shared}
        self.rates: dict[tuple[str, str, Month], int] = {}

    def of(self, unit: Unit, months: Iterable[Month]) -> list[Due]:
        """The dues of a unit over months, contracts in place of tariffs."""
        found: list[Due] = []
        developer = self.place.plan.developer_name
        for month in months:
            fen, is_exact = self._charges(unit, month)
            let = [contract for contract in self.contracts.get(unit.code, ()) if contract.start <= month_end(month)]
            if let:
                contract = let[-1]
                found.append(
                    Due(unit, contract.customer.name, contract.customer.diligence, month, contract.fen, is_exact=True)
                )
                fen -= self._replaced(unit, contract, month)
            if not fen:
                continue
            if not unit.stays:
                found.append(Due(unit, developer, "on_time", month, fen, is_exact))
                continue
            found.extend(_split_by_days(unit, month, fen, is_exact))
        return found

    def _rate(self, charge_kind: str, unit: Unit, month: Month) -> int:
        key = (charge_kind, unit.use, month)
        if key not in self.rates:
            self.rates[key] = self.tariffs.rate_in(charge_kind, unit.use, month)
        return self.rates[key]

    def _replaced(self, unit: Unit, contract: Contract, month: Month) -> int:
        return self._rate("parking", unit, month) // FEN_A_RATE if contract.charge_kind == "parking" else 0

    def _charges(self, unit: Unit, month: Month) -> tuple[int, bool]:
        if unit.use == "parking":
            return self._rate("parking", unit, month) // FEN_A_RATE, True
        product = unit.area * self._rate("property", unit, month)
        fen = (product + FEN_A_RATE * 50) // (FEN_A_RATE * 100)
        if unit.use not in METERED_USES:
            return fen, True
        metering = self.metering
        for utility in UTILITIES:
            used = metering.use(metering.by_unit[unit.code, utility], month)
            fen += used * self._rate(utility, unit, month) // TENTHS_AND_RATE
        return fen + self._shared(unit, month), False

    def _shared(self, unit: Unit, month: Month) -> int:
        metering = self.metering
        water = metering.use(self.pools[""], month) * self._rate("shared_water", unit, month) // TENTHS_AND_RATE
        fen = water // self.households
        pool = self.pools.get(unit.building)
        if pool is not None:
            cost = metering.use(pool, month) * self._rate("shared_electricity", unit, month) // TENTHS_AND_RATE
            fen += cost * unit.area // self.areas[unit.building]
        return fen


def _split_by_days(unit: Unit, month: Month, fen: int, is_exact: bool) -> list[Due]:
    first, last = month_start(month), month_end(month)
    found = []
    for stay in unit.stays:
        days = min(last, stay.end or last) - max(first, stay.start) + 1
        if stay.pays and days > 0:
            share = fen * days // days_in(month)
            found.append(Due(unit, stay.customer.name, stay.customer.diligence, month, share, is_exact))
    return found


def _pay(place: Place, dues: list[Due], draw: Draw) -> list[Paid]:
    last = place.history.last
    paid: list[Paid] = []
    saved: list[Due] = []
    for due in dues:
        bands = HABITS[due.habit]
        if not bands or not due.fen:
            continue
        if due.habit == "quarterly":
            saved.append(due)
            if due.month % QUARTER != QUARTER - 1:
                continue
            together, saved = saved, []
        else:
            together = [due]
        day = _billed_on(due.month) + draw.within(bands)
        fen = sum(one.fen for one in together)
        if not all(one.is_exact for one in together):
            fen += -fen % FEN_A_YUAN
        if day <= last:
            paid.append(Paid(day, due.unit, due.payer, fen, tuple(one.month for one in together)))
    return paid


def _rows(place: Place, payments: list[Paid], draw: Draw) -> list[Row]:
    rows: list[Row] = []
    today, number = 0, 0
    reversed_later: list[Row] = []
    for paid in payments:
        today, number = paid.day, number + 1 if paid.day == today else 1
        code = f"SK{place.code}-{short_day(paid.day)}-{number:0{SUM_NUMBER_DIGITS}}"
        method = draw.of(PAYMENT_METHODS)
        day, amount = day_text(paid.day), yuan(paid.fen)
        if draw.chance(NAMELESS_SHARE):
            rows.append((code, day, None, None, person(draw).text, amount, method, draw.pick(NAMELESS_REFERENCES)))
            continue
        payer = person(draw).text if draw.chance(SOMEBODY_ELSE_SHARE) else paid.payer
        reference = f"{paid.unit.code} {year_month_text(paid.months[-1])}费用"
        rows.append((code, day, place.code, paid.unit.code, payer, amount, method, reference))
        undone = paid.day + draw.within(REVERSED_AFTER)
        if draw.chance(REVERSED_SHARE) and undone <= place.history.last:
            back = (f"{code}-TH", day_text(undone), place.code, paid.unit.code, payer, yuan(-paid.fen), method, code)
            reversed_later.append(back)
    return rows + reversed_later
