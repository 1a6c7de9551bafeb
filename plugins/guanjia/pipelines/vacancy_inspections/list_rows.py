"""The rows of the worklists of a day, as the mail, the workbook and the printed page show them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


@dataclass(frozen=True, slots=True)
class ListedInspection:
    """One inspection on somebody's worklist of a day.

    Codes, the unit's place and what its inspector has to know; no owner, no phone number.
    """

    work_date: date
    """Day of the list."""
    staff_code: str
    staff_name: str
    position: int
    """Place on that person's list of that day, from 1."""
    inspection_code: str
    plan: str
    """monthly, basement, rain, severe_weather, fit_out or spot_check."""
    community_code: str
    community_name: str
    building_code: str
    building_name: str
    """The building's name, or its code where it has none."""
    unit_code: str
    unit_use: str
    area_m2: Decimal | None
    due_on: date
    """Day it was planned for."""
    deadline: datetime | None
    """Instant by which a weather inspection must be done."""
    is_carried_over: bool
    """It was due earlier, or is tried again."""
    checklist: tuple[str, ...]
    """Words of what to look at: base words, rain, ventilation, storm, fit_out, spot_check."""
    stages: tuple[str, ...]
    """Fit-out stages under way, as in the fit_outs dataset."""
    last_water_reading: Decimal | None
    """Last actual reading of the unit's water meter in force, t; None: no meter, several, or never read."""
    last_electricity_reading: Decimal | None
    """Likewise, kWh."""
    last_visit_state: str | None
    """not_entered where an earlier visit found nobody; None: no visit yet."""
    note: str | None
    """A weather inspection: what the event is called. A spot check: what the inspection it checks had found."""


def read_lists(
    transaction: Transaction,
    work_date: date,
    *,
    staff_codes: Collection[str] | None = None,
    only_untold: bool = False,
) -> list[ListedInspection]:
    """The worklists of a day.

    Args:
        transaction: open transaction.
        work_date: day of the lists, in Asia/Shanghai.
        staff_codes: people whose lists are wanted; None: everybody's.
        only_untold: only the lists of people who have a row of that day that was not mailed yet, each whole.

    Returns:
        One row per inspection on a list, ordered by staff code and position.
    """
    found = execute(
        transaction,
        "vacancy_inspections/list_worklists",
        work_date=work_date,
        staff_codes=None if staff_codes is None else sorted(staff_codes),
        only_untold=only_untold,
    )
    return [
        ListedInspection(
            work_date=row.work_date,
            staff_code=row.staff_code,
            staff_name=row.staff_name,
            position=row.position,
            inspection_code=row.inspection_code,
            plan=row.plan,
            community_code=row.community_code,
            community_name=row.community_name,
            building_code=row.building_code,
            building_name=row.building_name,
            unit_code=row.unit_code,
            unit_use=row.unit_use,
            area_m2=row.area_m2,
            due_on=row.due_on,
            deadline=row.deadline,
            is_carried_over=row.is_carried_over,
            checklist=_words(row.checklist),
            stages=_words(row.stages),
            last_water_reading=row.last_water_reading,
            last_electricity_reading=row.last_electricity_reading,
            last_visit_state=row.last_visit_state,
            note=row.note,
        )
        for row in found
    ]


def _words(listed: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (listed or "").split(",") if word.strip())
