"""Customers and who owns, lives in and pays for what.

Assumptions: about one flat in five is let, half of those tenants pay the fees themselves; one flat in forty was sold
and one in thirty changed its paying tenant within the history, mostly in the middle of a month. One owner in
twenty-five has a second flat; parking and storage belong to owners of flats. One payer on every day, always. Two
thirds have a mail address; a few do not want calls; one in fifty is a VIP.
"""

from __future__ import annotations

from guanjia.sample.dates import Day, day_text
from guanjia.sample.draws import Bands, Draw, Weighted
from guanjia.sample.model import Cell, Customer, Emit, Place, Stay, Unit, day_or_blank, yes_no
from guanjia.sample.names import CUSTOMER_MAIL, Name, firm, foreigner, person, phone

SHARE_WITH_PHONE = 0.97
SHARE_WITH_MAIL = 0.66
SHARE_DO_NOT_CALL = 0.03
SHARE_VIP = 0.02
SHARE_FOREIGN = 0.006
SHARE_SERVICE_START_UNKNOWN = 0.05

SECOND_FLAT_SHARE = 0.04
COMPANY_SHARES = {"shop": 0.35, "office": 0.7}
LET_SHARES = {"residential": 0.2, "shop": 0.5, "office": 0.4}
PAYING_TENANT_SHARES = {"residential": 0.5, "shop": 0.9, "office": 0.9}
TENANCY_BEGAN_DAYS_AGO: Bands = ((0.3, 15, 200), (0.8, 201, 700), (1.0, 701, 1_500))
TENANT_CHANGED_SHARE = 0.15
"""Of let flats: the former tenant left within the history."""
SOLD_AGAIN_SHARE = 0.03
EMPTY_SHARES = {"residential": 0.12, "shop": 0.08, "office": 0.1}
PAYING_HABITS: Weighted[str] = Weighted({"on_time": 84, "late": 8, "quarterly": 4, "never": 4})

PROSPECT_SHARE = 0.02
PROSPECTS_AT_LEAST = 2
INTERESTED_SHARE = 0.6
DROPPED_REASONS = ("预算不符", "已在别处购房", "暂不考虑", "面积不合适", "联系不上")
CODE_DIGITS = 5


class _Customers:
    """Gives codes, names and habits to the customers of a community."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.draw = place.draw("customers")

    def person(self, customer_type: str, since: Day | None) -> Customer:
        is_foreign = self.draw.chance(SHARE_FOREIGN)
        name = foreigner(self.draw) if is_foreign else person(self.draw)
        return self._register(name, customer_type, since, "en" if is_foreign else "zh")

    def firm(self, since: Day) -> Customer:
        return self._register(Name(firm(self.draw), "office"), "company", since, "zh")

    def _register(self, name: Name, customer_type: str, since: Day | None, language: str) -> Customer:
        draw, place = self.draw, self.place
        code = f"K{place.code}{len(place.customers) + 1:0{CODE_DIGITS}}"
        customer = Customer(
            code,
            name.text,
            customer_type,
            phone=phone(draw) if draw.chance(SHARE_WITH_PHONE) else None,
            email=f"{name.letters}.{code.lower()}@{CUSTOMER_MAIL}" if draw.chance(SHARE_WITH_MAIL) else None,
            service_start=None if draw.chance(SHARE_SERVICE_START_UNKNOWN) else since,
            do_not_call=draw.chance(SHARE_DO_NOT_CALL),
            vip=draw.chance(SHARE_VIP),
            language=language,
            diligence=draw.of(PAYING_HABITS),
        )
        place.customers.append(customer)
        return customer


def settle(place: Place) -> None:
    """Gives every sold unit its owner, tenants and payer, and the community its prospects."""
    draw = place.draw("people")
    customers = _Customers(place)
    flat_owners: list[Customer] = []
    for unit in place.units:
        if unit.handover is None:
            continue
        if unit.use in ("parking", "storage"):
            owner = draw.pick(flat_owners) if flat_owners else customers.person("owner", unit.handover)
            unit.stays = [Stay(owner, "owner", True, unit.handover, None)]
            continue
        owner = _owner(unit, unit.handover, flat_owners, customers, draw)
        if unit.use == "residential":
            flat_owners.append(owner)
        unit.is_lived_in = unit.fit_out == "done" and not draw.chance(EMPTY_SHARES.get(unit.use, 0))
        _let_or_sell(place, unit, owner, customers, draw)
    for _ in range(max(PROSPECTS_AT_LEAST, int(place.plan.unit_count * PROSPECT_SHARE))):
        prospect = customers.person("prospect", None)
        prospect.interested = draw.chance(INTERESTED_SHARE)
        if not prospect.interested:
            prospect.dropped_reason = draw.pick(DROPPED_REASONS)


def _owner(unit: Unit, since: Day, flat_owners: list[Customer], customers: _Customers, draw: Draw) -> Customer:
    if unit.use == "residential" and flat_owners and draw.chance(SECOND_FLAT_SHARE):
        return draw.pick(flat_owners)
    if draw.chance(COMPANY_SHARES.get(unit.use, 0)):
        return customers.firm(since)
    return customers.person("owner", since)


def _let_or_sell(place: Place, unit: Unit, owner: Customer, customers: _Customers, draw: Draw) -> None:
    history = place.history
    since = unit.handover or history.first
    tenancies: list[Stay] = []
    if unit.is_lived_in and draw.chance(LET_SHARES[unit.use]):
        tenancies = _tenancies(place, unit, customers, draw)
    elif unit.fit_out == "done" and since < history.first and draw.chance(SOLD_AGAIN_SHARE):
        last_day = draw.between(history.first, history.last - 1)
        buyer = customers.person("owner", last_day + 1)
        unit.stays = [Stay(owner, "owner", True, since, last_day), Stay(buyer, "owner", True, last_day + 1, None)]
        return
    unit.stays = [*_owner_around(owner, since, tenancies), *tenancies]


def _tenancies(place: Place, unit: Unit, customers: _Customers, draw: Draw) -> list[Stay]:
    history = place.history
    earliest = (unit.handover or history.first) + 1
    start = max(earliest, history.last - draw.within(TENANCY_BEGAN_DAYS_AGO))
    is_firm = draw.chance(COMPANY_SHARES.get(unit.use, 0))
    tenant = customers.firm(start) if is_firm else customers.person("tenant", start)
    pays = draw.chance(PAYING_TENANT_SHARES[unit.use])
    if not draw.chance(TENANT_CHANGED_SHARE):
        return [Stay(tenant, "tenant", pays, start, None)]
    last_day = draw.between(max(history.first, earliest), history.last - 1)
    former_start = min(start, last_day)
    former = customers.person("tenant", former_start)
    tenant.service_start = last_day + 1
    return [Stay(former, "tenant", pays, former_start, last_day), Stay(tenant, "tenant", pays, last_day + 1, None)]


def _owner_around(owner: Customer, since: Day, tenancies: list[Stay]) -> list[Stay]:
    """The owner's rows: paying except while a tenant pays."""
    rows: list[Stay] = []
    day = since
    for tenancy in tenancies:
        if not tenancy.pays:
            continue
        if day < tenancy.start:
            rows.append(Stay(owner, "owner", True, day, tenancy.start - 1))
        if rows and not rows[-1].pays and rows[-1].end == tenancy.start - 1:
            rows[-1] = Stay(owner, "owner", False, rows[-1].start, tenancy.end)
        else:
            rows.append(Stay(owner, "owner", False, tenancy.start, tenancy.end))
        if tenancy.end is None:
            return rows
        day = tenancy.end + 1
    rows.append(Stay(owner, "owner", True, day, None))
    return rows


def emit(place: Place, emit_rows: Emit) -> None:
    """Customers and occupancies."""
    emit_rows("customers", [customer_row(customer) for customer in place.customers])
    emit_rows(
        "occupancies",
        [
            (
                place.code,
                unit.code,
                stay.customer.code,
                stay.role,
                yes_no(stay.pays),
                day_text(stay.start),
                day_or_blank(stay.end),
            )
            for unit in place.units
            for stay in unit.stays
        ],
    )


def customer_row(customer: Customer) -> tuple[Cell, ...]:
    """A row of the customer register."""
    return (
        customer.code,
        customer.name,
        customer.type,
        customer.phone,
        customer.email,
        day_or_blank(customer.service_start),
        yes_no(customer.do_not_call),
        yes_no(customer.vip),
        None if customer.interested is None else yes_no(customer.interested),
        customer.dropped_reason,
        customer.language,
    )
