"""What a careful clerk would bill, counted anew day by day in fractions from the registers alone (BILL-01…04, 07, 09).

No pool split and no amount rounded by the product. The clerk remembers from run to run what he posted himself, and
bills the difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from fractions import Fraction
from typing import Any

from tests.support.recount_registers import (
    END,
    HOUSEHOLDS,
    LIMITS,
    Community,
    Row,
    covers,
    month_days,
    months_before,
)

Key = tuple[str, str, str, str, str]
"""unit, charge_kind, charge_source, period, customer"""
Money = tuple[int, int]
"""Fen billed, and fen the company bears."""

CHINA = timezone(timedelta(hours=8))
DISCOUNTED = ("property", "shared_water", "shared_electricity")


@dataclass
class Pool:
    """A shared meter's month: what it cost and each unit's share, fen."""

    cost: int
    shares: dict[str, int]


@dataclass
class Own:
    """A charge for whoever pays the unit's fees; by: each day's weight, blank: the days alone."""

    fen: int
    relief: int
    days: list[date]
    by: list[Fraction] | None = None


@dataclass
class Found:
    """What is due for a month, what is held back (blank charge: the whole unit) and what is listed."""

    lines: dict[Key, Money] = field(default_factory=dict)
    held: set[tuple[str, str | None, str | None]] = field(default_factory=set)
    listed: set[tuple[str, str]] = field(default_factory=set)
    pools: dict[str, Pool] = field(default_factory=dict)

    def is_held(self, key: Key) -> bool:
        """Whether a charge is neither billed nor credited."""
        unit, kind, source = key[:3]
        return not self.held.isdisjoint({(unit, None, None), (unit, kind, source)})


def half_up(value: Fraction) -> int:
    """Fen of yuan, half up; below nought as above it."""
    fen = int((abs(value) * 200 + 1) // 2)
    return fen if value >= 0 else -fen


def shared_out(fen: int, weights: list[Fraction]) -> list[int]:
    """Largest remainder; ties go to the one before."""
    total, size = sum(weights), abs(fen)
    exact = [size * weight / total for weight in weights]
    parts = [int(value) for value in exact]
    for place in sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))[: size - sum(parts)]:
        parts[place] += 1
    return parts if fen >= 0 else [-part for part in parts]


def runs_of(days: Iterable[date], what: Mapping[date, Any]) -> Iterator[list[date]]:
    """Neighbouring days on which the same holds."""
    stretch: list[date] = []
    for day in days:
        if stretch and what[stretch[-1]] != what[day]:
            yield stretch
            stretch = []
        stretch.append(day)
    if stretch:
        yield stretch


class Month:
    """One month of a community, counted."""

    def __init__(
        self, known: Community, period: str, posted_pools: Mapping[str, Pool], released: Mapping[str, int]
    ) -> None:
        self.known, self.period = known, period
        self.calendar = month_days(period)
        self.days = [day for day in self.calendar if day >= known.terms.live_from]
        self.posted_pools, self.released = posted_pools, released
        self.found = Found()
        self.own: dict[str, dict[tuple[str, str], Own]] = defaultdict(dict)

    def count(self) -> Found:
        """Everything due."""
        if not self.days:
            return self.found
        for meter in self.known.meters:
            if meter["unit_code"] is None:
                self._pool(meter)
        for unit in self.known.units:
            self._unit(unit)
        return self.found

    def _unit(self, unit: str) -> None:
        there = {day: state for day in self.days if (state := self.known.state(unit, day))}
        for kind in {row["charge_kind"] for row in self.known.tariffs if row["basis"] != "consumption"}:
            self._tariff(unit, kind, there)
        for kind in ("property", "parking"):
            for use in {use for use, _ in there.values() if kind == "property" or use == "parking"}:
                days = [day for day in there if there[day][0] == use and not self._by_contract(unit, kind, day)]
                if days and not any(self.known.prices(kind, use, day, by_use=False) for day in self.days):
                    self.found.listed.add(("no_tariff", f"{kind}/{use}"))
        for meter in self.known.meters:
            if meter["unit_code"] == unit:
                self._metered(unit, meter, there)
        direct: dict[tuple[str, str, str], int] = {}
        self._contracts(unit, direct)
        self._services(unit, direct)
        charged = {day for charge in self.own[unit].values() for day in charge.days}
        payers = {day: self.known.payers(unit, day) for day in sorted({*there, *charged})}
        if self.own[unit]:
            faults = {"two_payers" if who else "no_payer" for who in payers.values() if len(who) != 1}
            if faults:
                self.found.listed.update((fault, unit) for fault in faults)
                self.found.held.add((unit, None, None))
                return
        for (kind, source), charge in self.own[unit].items():
            self._split(unit, kind, source, charge, {day: min(who) for day, who in payers.items()})
        for (kind, source, customer), fen in direct.items():
            self._line(unit, kind, source, customer, fen, 0)

    def _split(self, unit: str, kind: str, source: str, charge: Own, payers: Mapping[date, str]) -> None:
        weights: dict[str, Fraction] = defaultdict(Fraction)
        for number, day in enumerate(charge.days):
            weights[payers[day]] += charge.by[number] if charge.by else 1
        if not sum(weights.values()):
            return
        order = sorted(weights, key=lambda who: (min(day for day in charge.days if payers[day] == who), who))
        parts = [weights[who] for who in order]
        for who, fen, relief in zip(
            order, shared_out(charge.fen, parts), shared_out(charge.relief, parts), strict=True
        ):
            self._line(unit, kind, source, who, fen, relief)

    def _line(self, unit: str, kind: str, source: str, customer: str, fen: int, relief: int) -> None:
        if fen or relief:
            self.found.lines[unit, kind, source, self.period, customer] = fen, relief

    def _by_contract(self, unit: str, kind: str, day: date) -> bool:
        return any(
            row["charge_kind"] == kind and covers(row, day) for row in self.known.by_unit["contracts"].get(unit, ())
        )

    def _hold(self, unit: str, kind: str, source: str, reason: str, subject: str) -> None:
        self.found.held.add((unit, kind, source))
        self.found.listed.add((reason, subject))

    def _tariff(self, unit: str, kind: str, there: Mapping[date, tuple[str, Fraction]]) -> None:
        total, days, faults = Fraction(0), [], {}
        for day, (use, area) in there.items():
            is_priced = any(self.known.prices(kind, use, other, by_use=False) for other in self.days)
            if not is_priced or self._by_contract(unit, kind, day):
                continue
            prices = self.known.prices(kind, use, day, by_use=False)
            if len(prices) != 1:
                faults["tariff_tie" if prices else "tariff_gap"] = use
                continue
            quantity = area if prices[0]["basis"] == "area_month" else 1
            factor = self.known.factor(unit, day) if kind in DISCOUNTED else 1
            total += Fraction(prices[0]["rate"]) * quantity * factor / len(self.calendar)
            days.append(day)
        if faults:
            reason = "tariff_tie" if "tariff_tie" in faults else "tariff_gap"
            self._hold(unit, kind, "tariff", reason, f"{kind}/{faults[reason]}")
        elif days:
            self.own[unit][kind, "tariff"] = Own(half_up(total), 0, days)

    def _contracts(self, unit: str, direct: dict[tuple[str, str, str], int]) -> None:
        for row in self.known.by_unit["contracts"].get(unit, ()):
            days = [day for day in self.days if covers(row, day)]
            key = row["charge_kind"], row["contract_code"], row["customer_code"]
            if row["amount_once"] is not None:
                if row["start_date"] in days:
                    direct[key] = half_up(Fraction(row["amount_once"]))
            elif days:
                direct[key] = half_up(Fraction(row["amount_month"]) * len(days) / len(self.calendar))

    def _services(self, unit: str, direct: dict[tuple[str, str, str], int]) -> None:
        for case in self.known.by_unit["cases"].get(unit, ()):
            ended = [
                row["event_at"] for row in self.known.events.get(case["case_code"], ()) if row["event"] == "resolved"
            ]
            day = min(ended).astimezone(CHINA).date() if ended else None
            if day is None or day not in self.days or day > self.known.today:
                continue
            for row in self.known.services.get(case["case_code"], ()):
                source = f"{row['case_code']}/{row['line_no']}"
                fen = half_up(Fraction(row["quantity"]) * Fraction(row["unit_price"]))
                if case["customer_code"]:
                    direct["paid_service", source, case["customer_code"]] = fen
                else:
                    self.own[unit]["paid_service", source] = Own(fen, 0, [day])

    def _measured(self, meter: Row, kind: str, days: list[date], facts: Mapping[date, Any]) -> Any:
        """A meter's days with what each cost, or why it cannot be said; facts: payer, tariffs and multiplier a day."""
        first, last = days[0], days[-1]
        starts_here = first != self.days[0] or self.known.meter_from(meter) >= first
        opening = self.known.boundary(meter, first if starts_here else first - timedelta(1))
        closing = self.known.boundary(meter, last)
        if opening is None or closing is None:
            return "no_reading"
        read = {row["read_on"]: Fraction(row["reading"]) for row in self.known.readings.get(meter["meter_code"], ())}
        parts: list[tuple[Fraction, list[date]]] = []
        multiplier = None
        for stretch in runs_of(days, facts):
            start = stretch[0]
            if not parts or start in read:
                parts.append((opening if not parts else read[start], list(stretch)))
            elif multiplier != facts[start][2]:
                return "no_reading"
            else:
                parts[-1][1].extend(stretch)
            multiplier = facts[start][2]
        used = {}
        for number, (start_reading, stretch) in enumerate(parts):
            end_reading = parts[number + 1][0] if number + 1 < len(parts) else closing
            used.update({day: (end_reading - start_reading) / len(stretch) * facts[day][2] for day in stretch})
        if kind in LIMITS and (closing < opening or any(use < 0 for use in used.values())):
            return "falling_reading"
        priced = [facts[day][1] for day in days if facts[day][1] is not None]
        if any(len(prices) != 1 for prices in priced):
            return "tariff_tie" if any(len(prices) > 1 for prices in priced) else "tariff_gap"
        return used

    def _life(self, meter: Row, days: Iterable[date]) -> list[date]:
        first, last = self.known.meter_from(meter), meter["valid_to"] or END
        return [day for day in days if first <= day <= last]

    @staticmethod
    def _cost(used: Mapping[date, Fraction], facts: Mapping[date, Any]) -> dict[date, Fraction]:
        return {day: use * Fraction(facts[day][1][0]["rate"]) for day, use in used.items() if facts[day][1] is not None}

    def _metered(self, unit: str, meter: Row, there: Mapping[date, tuple[str, Fraction]]) -> None:
        kind, code = meter["utility"], meter["meter_code"]
        days = self._life(meter, there)
        priced_uses = {
            use for use, _ in there.values() if any(self.known.prices(kind, use, day, by_use=True) for day in self.days)
        }
        for use in {there[day][0] for day in days} - priced_uses:
            self.found.listed.add(("no_tariff", f"{kind}/{use}"))
        if not days or not priced_uses:
            return
        facts: dict[date, Any] = {}
        for day in days:
            use = there[day][0]
            prices = self.known.prices(kind, use, day, by_use=True) if use in priced_uses else None
            facts[day] = self.known.payers(unit, day), prices, self.known.multiplier(meter, day)
        used = self._measured(meter, kind, days, facts)
        if isinstance(used, str):
            subject = f"{kind}/{there[days[0]][0]}/consumption" if used.startswith("tariff") else code
            self._hold(unit, kind, code, used, subject)
            return
        cost = self._cost(used, facts)
        if cost:
            self.own[unit][kind, code] = Own(half_up(sum(cost.values(), Fraction(0))), 0, [*cost], [*cost.values()])

    def _pool(self, meter: Row) -> None:
        kind, code = f"shared_{meter['utility']}", meter["meter_code"]
        days = self._life(meter, self.days)
        if not days or not any(self.known.prices(kind, None, day, by_use=True) for day in self.days):
            return
        facts = {
            day: (None, self.known.prices(kind, None, day, by_use=True), self.known.multiplier(meter, day))
            for day in days
        }
        last = self.calendar[-1]
        way = self.known.version(meter, last).get("apportion_by") or meter["apportion_by"] or "area"
        weights = {
            unit: Fraction(1) if way == "household" else state[1]
            for unit, row in sorted(self.known.units.items())
            if meter["building_code"] in (None, row["building_code"])
            and (state := self.known.state(unit, last))
            and state[0] in HOUSEHOLDS
        }
        used = self._measured(meter, kind, days, facts)
        fault, cost = (
            (used, 0) if isinstance(used, str) else (None, half_up(sum(self._cost(used, facts).values(), Fraction(0))))
        )
        posted = self.posted_pools.get(code)
        if fault is None and (posted is None or posted.cost != cost):
            fault = self._judged(meter, used, cost, weights)
        if fault:
            reached = {*weights, *(posted.shares if posted else ())}
            self.found.held.update((unit, kind, code) for unit in reached)
            self.found.listed.add((fault, f"{kind}/consumption" if fault.startswith("tariff") else code))
            return
        if posted is None or posted.cost != cost:
            posted = Pool(cost, dict(zip(weights, shared_out(cost, [*weights.values()]), strict=True)))
        self.found.pools[code] = posted
        for unit, share in posted.shares.items():
            present = [day for day in self.days if self.known.state(unit, day)]
            factor = sum((self.known.factor(unit, day) for day in present), Fraction(0)) / max(len(present), 1)
            billed = half_up(Fraction(share) * factor / 100)
            self.own[unit][kind, code] = Own(billed, share - billed, present)

    def _judged(
        self, meter: Row, used: Mapping[date, Fraction], cost: int, weights: Mapping[str, Fraction]
    ) -> str | None:
        """Why a shared meter is not billed unasked."""
        if not sum(weights.values()):
            return "no_households"
        if self.released.get(meter["meter_code"]) == cost:
            return None
        if any(use < 0 for use in used.values()):
            return "negative_pool"
        before = []
        for back in range(1, 7):
            days = month_days(months_before(self.period, back))
            opening = self.known.boundary(meter, days[0] - timedelta(1))
            closing = self.known.boundary(meter, days[-1])
            is_known = opening is not None and closing is not None and closing >= opening
            if is_known and len({self.known.multiplier(meter, day) for day in days}) == 1:
                before.append((closing - opening) * self.known.multiplier(meter, days[-1]))
        before.sort()
        middle = (before[(len(before) - 1) // 2] + before[len(before) // 2]) / 2 if len(before) >= 3 else None
        is_abnormal = middle is not None and sum(used.values()) > self.known.terms.abnormal_factor * middle
        return "abnormal_pool" if is_abnormal else None


@dataclass
class Clerk:
    """Who posts the months of a community, and bills the difference when something arrives late."""

    posted: dict[Key, Money] = field(default_factory=dict)
    pools: dict[str, dict[str, Pool]] = field(default_factory=lambda: defaultdict(dict))
    periods: set[str] = field(default_factory=set)

    def bill(
        self, known: Community, period: str, released: Mapping[tuple[str, str], int] | None = None
    ) -> tuple[dict[Key, Money], set[tuple[str, str, str]]]:
        """Post a month with the corrections of the earlier ones: lines by key, and what is listed, by month.

        released: shared meter and month → fen at which a person released it.
        """
        lines: dict[Key, Money] = {}
        listed = set()
        oldest = months_before(period, 12)
        for month in sorted({period, *(done for done in self.periods if oldest <= done < period)}):
            let_go = {meter: fen for (meter, of), fen in (released or {}).items() if of == month}
            found = Month(known, month, self.pools[month], let_go).count()
            listed |= {(month, *each) for each in found.listed}
            self.pools[month].update(found.pools)
            for key in {*found.lines, *(key for key in self.posted if key[3] == month)}:
                due, before = found.lines.get(key, (0, 0)), self.posted.get(key, (0, 0))
                if due != before and not found.is_held(key):
                    lines[key] = due[0] - before[0], due[1] - before[1]
        for key, (fen, relief) in lines.items():
            before = self.posted.get(key, (0, 0))
            self.posted[key] = before[0] + fen, before[1] + relief
        self.periods.add(period)
        return lines, listed
