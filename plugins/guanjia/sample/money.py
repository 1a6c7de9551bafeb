"""Tariffs, contracts, deposits, opening balances and disputes.

Assumptions: rates differ by community and use; in every third community the property fee rises on the 16th of the
last month but one of the history, in every third the price of shared electricity on a first of a month. Two thirds of
the unsold parking spaces and half of the unsold storage rooms are let, for a year at a time, some of them renewed;
shops sometimes. Who fits out a flat leaves a deposit, who lets us find a tenant an agency deposit. One sold unit in
twenty owed something when we went live.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from guanjia.sample.dates import Day, Month, day_text, days_in, month_end, month_of, month_start
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.model import Customer, Emit, Place, Row, Unit, code_of, day_or_blank, yuan
from guanjia.sample.vacancies import Stage

RATE_PLACES = 10_000
FEN_A_RATE = 100
"""Ten-thousandths of a yuan in a fen."""


class TariffKind(NamedTuple):
    """A tariff every community has, its rate in ten-thousandths of a yuan."""

    charge_kind: str
    unit_use: str | None
    basis: str
    lowest: int
    steps: int
    step: int


TARIFF_KINDS = (
    TariffKind("property", "residential", "area_month", 18_000, 30, 500),
    TariffKind("property", "shop", "area_month", 42_000, 30, 1_000),
    TariffKind("property", "office", "area_month", 36_000, 30, 1_000),
    TariffKind("property", "storage", "area_month", 10_000, 8, 500),
    TariffKind("property", "basement", "area_month", 5_000, 5, 500),
    TariffKind("parking", "parking", "fixed_month", 600_000, 6, 50_000),
    TariffKind("water", None, "consumption", 29_500, 15, 100),
    TariffKind("electricity", None, "consumption", 5_283, 0, 0),
    TariffKind("shared_water", None, "consumption", 29_500, 15, 100),
    TariffKind("shared_electricity", None, "consumption", 5_283, 0, 0),
)
TARIFFS_SINCE_MONTHS = 40
TARIFF_CHANGE_CYCLE = 3
PROPERTY_RISE, PROPERTY_RISE_MONTHS_AGO, PROPERTY_RISE_DAY = 3_000, 2, 16
SHARED_RISE, SHARED_RISE_MONTHS_AGO = 827, 1

TERM_DAYS = 365
LET_SHARES = {"parking": 0.66, "storage": 0.5, "shop": 0.6}
CONTRACT_KIND = {"parking": "parking", "storage": "rent", "shop": "rent"}
RENEWED_SHARE = 0.4
PARKING_FEN: Bands = ((0.5, 24, 28), (1.0, 29, 38))
PARKING_STEP_FEN = 1_000
RENT_FEN_AN_AREA = {"storage": 25, "shop": 60}
"""Monthly rent in fen for each tenth of a square metre."""
FIT_OUT_DEPOSIT, AGENCY_DEPOSIT = 200_000, 10_000
DEPOSIT_DAYS_BEFORE = 3
REFUND_DAYS_AFTER: Bands = ((1.0, 5, 25),)
KEPT_SHARE, KEPT_FEN = 0.15, (20_000, 80_000)
AGENCY_UNITS_EACH, AGENCY_DAYS_AGO, AGENCY_DECIDED_AFTER = 120, (20, 200), (30, 90)
AGENCY_LET_SHARE = 0.55

OWED_SHARE = 0.05
OWED_MONTHS: Bands = ((0.5, 1, 2), (0.85, 3, 6), (1.0, 7, 20))
OWED_DUE_DAY = 20
DISPUTE_SHARE = 0.004
DISPUTE_CLOSED_SHARE = 0.5
DISPUTE_NOTES = ("对公摊电费有异议", "房屋渗水未修，暂缓缴费", "对面积有异议，等待复核", "空置期间费用争议")


@dataclass(frozen=True, slots=True)
class Tariff:
    """One row of tariffs."""

    code: str
    kind: TariffKind
    rate: int
    start: Day
    end: Day | None


@dataclass(frozen=True, slots=True)
class Contract:
    """One row of contracts."""

    code: str
    unit: Unit
    customer: Customer
    charge_kind: str
    fen: int
    start: Day
    end: Day | None

    @property
    def is_monthly(self) -> bool:
        """Billed every month (deposits are paid once)."""
        return self.charge_kind in ("parking", "rent")


class Tariffs:
    """The tariffs of a community."""

    def __init__(self, place: Place) -> None:
        draw = place.draw("tariffs")
        self.rows: list[Tariff] = []
        since = month_start(place.history.first_month - TARIFFS_SINCE_MONTHS)
        turn = place.plan.index % TARIFF_CHANGE_CYCLE
        ends_in = month_of(place.history.last)
        for kind in TARIFF_KINDS:
            rate = kind.lowest + kind.step * draw.between(0, kind.steps)
            if turn == 0 and kind.charge_kind == "property" and kind.unit_use == "residential":
                changed = month_start(ends_in - PROPERTY_RISE_MONTHS_AGO) + PROPERTY_RISE_DAY - 1
                self._change(place, kind, rate, rate + PROPERTY_RISE, since, changed)
            elif turn == 1 and kind.charge_kind == "shared_electricity":
                self._change(
                    place, kind, rate, rate + SHARED_RISE, since, month_start(ends_in - SHARED_RISE_MONTHS_AGO)
                )
            else:
                self._add(place, kind, rate, since, None)

    def _change(self, place: Place, kind: TariffKind, before: int, after: int, since: Day, changed: Day) -> None:
        self._add(place, kind, before, since, changed - 1)
        self._add(place, kind, after, changed, None)

    def _add(self, place: Place, kind: TariffKind, rate: int, start: Day, end: Day | None) -> None:
        self.rows.append(Tariff(f"T-{place.code}-{len(self.rows) + 1:02}", kind, rate, start, end))

    def rate_in(self, charge_kind: str, unit_use: str, month: Month) -> int:
        """The month's rate, by days where it changed within the month, in ten-thousandths of a yuan."""
        first, last = month_start(month), month_end(month)
        weighed = 0
        for tariff in self.rows:
            if tariff.kind.charge_kind == charge_kind and tariff.kind.unit_use in (None, unit_use):
                days = min(last, tariff.end or last) - max(first, tariff.start) + 1
                weighed += tariff.rate * max(0, days)
        return weighed // days_in(month)

    def property_fen(self, unit: Unit, month: Month) -> int:
        """Property fee of a unit in a month, half a fen up."""
        product = unit.area * self.rate_in("property", unit.use, month)
        return (product + FEN_A_RATE * 50) // (FEN_A_RATE * 100)


def contracts(place: Place, stages: list[Stage]) -> list[Contract]:
    """Parking, rent and deposits of a community."""
    return _Agreements(place).all(stages)


class _Agreements:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.draw = place.draw("contracts")
        self.found: list[Contract] = []
        last = place.history.last
        flats = [unit for unit in place.units if unit.use == "residential" and unit.is_lived_in]
        self.residents = [customer for unit in flats if (customer := unit.resident_on(last))]
        self.flats = flats

    def all(self, stages: list[Stage]) -> list[Contract]:
        """Every contract, lets before deposits."""
        for unit in self.place.units:
            if unit.handover is None and self.residents and self.draw.chance(LET_SHARES.get(unit.use, 0)):
                self._let(unit)
        self._fit_out_deposits(stages)
        self._agency_deposits()
        return self.found

    def _add(self, unit: Unit, customer: Customer, charge_kind: str, fen: int, start: Day, end: Day | None) -> None:
        code = f"HT{self.place.code}-{len(self.found) + 1:05}"
        self.found.append(Contract(code, unit, customer, charge_kind, fen, start, end))

    def _let(self, unit: Unit) -> None:
        draw = self.draw
        tenant = draw.pick(self.residents)
        start = self.place.history.last - draw.between(0, TERM_DAYS - 1)
        if unit.use == "parking":
            fen = draw.within(PARKING_FEN) * PARKING_STEP_FEN
        else:
            fen = RENT_FEN_AN_AREA[unit.use] * (unit.area // 10)
        if draw.chance(RENEWED_SHARE):
            self._add(unit, tenant, CONTRACT_KIND[unit.use], fen, start - TERM_DAYS, start - 1)
        self._add(unit, tenant, CONTRACT_KIND[unit.use], fen, start, start + TERM_DAYS - 1)

    def _fit_out_deposits(self, stages: list[Stage]) -> None:
        begun: dict[str, Stage] = {}
        for stage in stages:
            begun.setdefault(stage.unit.code, stage)
        for stage in begun.values():
            start = stage.start - DEPOSIT_DAYS_BEFORE
            owner = stage.unit.payer_on(max(start, stage.unit.handover or start))
            if owner is not None:
                self._add(stage.unit, owner, "deposit", FIT_OUT_DEPOSIT, start, None)

    def _agency_deposits(self) -> None:
        draw, last = self.draw, self.place.history.last
        for unit in draw.some(self.flats, self.place.plan.unit_count // AGENCY_UNITS_EACH):
            start = last - draw.between(*AGENCY_DAYS_AGO)
            owner = next((stay.customer for stay in unit.stays if stay.role == "owner" and stay.covers(start)), None)
            if owner is not None:
                self._add(unit, owner, "agency_deposit", AGENCY_DEPOSIT, start, None)


def emit(place: Place, tariffs: Tariffs, agreed: list[Contract], stages: list[Stage], emit_rows: Emit) -> None:
    """Tariffs, contracts, what became of deposits, opening balances and disputes."""
    draw = place.draw("money")
    emit_rows("tariffs", [_tariff_row(place, tariff) for tariff in tariffs.rows])
    emit_rows("contracts", [_contract_row(place, contract) for contract in agreed])
    emit_rows("deposit_events", _deposit_rows(place, agreed, stages, draw))
    emit_rows("opening_balances", _owed_rows(place, tariffs, draw))
    emit_rows("disputes", _dispute_rows(place, draw))


def _tariff_row(place: Place, tariff: Tariff) -> Row:
    kind = tariff.kind
    rate = f"{tariff.rate // RATE_PLACES}.{tariff.rate % RATE_PLACES:04}"
    end = day_or_blank(tariff.end)
    return (tariff.code, place.code, kind.charge_kind, kind.unit_use, kind.basis, rate, day_text(tariff.start), end)


def _contract_row(place: Place, contract: Contract) -> Row:
    monthly, once = (yuan(contract.fen), None) if contract.is_monthly else (None, yuan(contract.fen))
    return (
        contract.code,
        place.code,
        contract.unit.code,
        contract.customer.code,
        contract.charge_kind,
        monthly,
        once,
        day_text(contract.start),
        day_or_blank(contract.end),
    )


def _deposit_rows(place: Place, agreed: list[Contract], stages: list[Stage], draw: Draw) -> list[Row]:
    last = place.history.last
    finished = {stage.unit.code: stage.end for stage in stages if stage.end and stage.unit.fit_out == "done"}
    rows: list[Row] = []
    for contract in agreed:
        if contract.charge_kind == "agency_deposit":
            day = contract.start + draw.between(*AGENCY_DECIDED_AFTER)
            event, note = ("let", "已成交") if draw.chance(AGENCY_LET_SHARE) else ("not_let", "业主收回委托")
            if day <= last:
                rows.append((contract.code, day_text(day), event, yuan(contract.fen), note))
        elif contract.charge_kind == "deposit" and contract.unit.code in finished:
            day = finished[contract.unit.code] + draw.within(REFUND_DAYS_AFTER)
            kept = draw.between(*KEPT_FEN) // FEN_A_RATE * FEN_A_RATE if draw.chance(KEPT_SHARE) else 0
            if day <= last and kept:
                rows.append((contract.code, day_text(day), "kept", yuan(kept), "电梯轿厢划伤，按实扣收"))
            if day <= last:
                rows.append((contract.code, day_text(day), "refunded", yuan(contract.fen - kept), "验收合格"))
    return rows


def _owed_rows(place: Place, tariffs: Tariffs, draw: Draw) -> list[Row]:
    live_month = month_of(place.plan.live_from)
    rows: list[Row] = []
    for unit in place.units:
        owes = unit.payer_on(place.plan.live_from - 1)
        if owes is None or not draw.chance(OWED_SHARE):
            continue
        for months_ago in range(draw.within(OWED_MONTHS), 0, -1):
            month = live_month - months_ago
            due = month_start(month) + OWED_DUE_DAY - 1
            fen = tariffs.property_fen(unit, month) or tariffs.rate_in("parking", unit.use, month) // FEN_A_RATE
            if fen and owes is unit.payer_on(due):
                kind = "parking" if unit.use == "parking" else "property"
                rows.append((place.code, unit.code, owes.code, kind, day_text(due), yuan(fen)))
    return rows


def _dispute_rows(place: Place, draw: Draw) -> list[Row]:
    history = place.history
    rows: list[Row] = []
    for unit in place.units:
        if not unit.stays or not draw.chance(DISPUTE_SHARE):
            continue
        opened = draw.between(max(history.first, unit.stays[-1].start), history.last)
        closed = draw.between(opened, history.last) if draw.chance(DISPUTE_CLOSED_SHARE) else None
        customer = unit.payer_on(opened)
        code = f"ZY{place.code}-{len(rows) + 1:03}"
        note = draw.pick(DISPUTE_NOTES)
        rows.append((code, place.code, unit.code, code_of(customer), day_text(opened), day_or_blank(closed), note))
    return rows


def year_month_text(month: Month) -> str:
    """A month as people write it on a transfer: 2026年10月."""
    first = date.fromordinal(month_start(month))
    return f"{first.year}年{first.month}月"
