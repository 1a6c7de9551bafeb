"""What both steps begin with: the lock, the instant and evening they work at, and the communities served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from guanjia.domain.custody import EVENING, CustodyRules, last_evening
from guanjia.pipelines.reports.served import Served, day_of, served_on
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

SCOPE: Final = "custody"
"""Both steps hold this lock: two runs take turns."""


@dataclass(frozen=True)
class Moment:
    """What a run works at.

    Attributes:
        at: as_of, or the later instant a run worked at before: what was told cannot be taken back.
        served: communities served on its day.
        looked_to: instant an earlier run worked at; None: there was none.
    """

    at: datetime
    served: Served
    looked_to: datetime | None

    @property
    def today(self) -> date:
        """Its day."""
        return day_of(self.at)

    @property
    def evening(self) -> date:
        """The last evening at or before it."""
        return last_evening(self.at, TIME_ZONE)

    @property
    def evening_at(self) -> datetime:
        """The instant of that evening."""
        return datetime.combine(self.evening, EVENING, TIME_ZONE)


def begin(transaction: Transaction, as_of: datetime) -> Moment:
    """Take the pipeline's lock and say what the run works at.

    Args:
        transaction: open transaction; its end gives the lock back.
        as_of: aware instant asked for.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    lock_scope(transaction, SCOPE)
    looked_to = execute(transaction, "custody/find_progress").one().looked_to
    at = as_of if looked_to is None else max(as_of, looked_to)
    return Moment(at, served_on(transaction, day_of(at)), looked_to)


def rules_on(transaction: Transaction, day: date) -> CustodyRules:
    """The numbers of the procedure in force on a day.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    weekday, days, months = (
        int(str(required_setting(transaction, f"custody_{name}", day)))
        for name in ("posting_weekday", "posting_days", "disposal_months")
    )
    return CustodyRules(weekday, days, months)
