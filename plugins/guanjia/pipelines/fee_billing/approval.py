"""What the approval of a billing run shows, in figures; ``approval_words`` says them.

Totals by charge, the change against last month, what is not billed and why, and the largest changes by unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from guanjia.pipelines.fee_billing.runs import BillingRun, read_run
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.sql import execute

EXCEPTIONS_SHOWN: Final = 40
"""Sentences about what is not billed; the rest is counted, and stands on the run's page."""


@dataclass(frozen=True)
class Charge:
    """What a charge kind comes to.

    Attributes:
        charge_kind: property, parking, …
        lines: lines of the run.
        amount: what the run bills, yuan.
        relief: discounts of shared costs the company bears, yuan.
        corrections: of the lines, those that correct what was billed before.
        corrected: their amount, yuan.
        of_month: what the run's month comes to once it is posted, yuan.
        of_month_before: what the month before came to, yuan.
    """

    charge_kind: str
    lines: int
    amount: Decimal
    relief: Decimal
    corrections: int
    corrected: Decimal
    of_month: Decimal
    of_month_before: Decimal


@dataclass(frozen=True)
class Change:
    """A unit's change: billed now (with corrections of earlier months) beside the month before, yuan."""

    unit_code: str
    now_amount: Decimal
    before_amount: Decimal
    change: Decimal
    main_kind: str


@dataclass(frozen=True)
class CorrectedMonth:
    """Corrections of one month: lines and their amount, yuan."""

    period: str
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class Figures:
    """All an approver sees of a run.

    Attributes:
        run: the billing run.
        community_name: name of its community.
        before: the month before, YYYY-MM.
        is_first: no run of the month before is posted, so that there is nothing to compare with.
        charges: by charge kind, the largest first.
        corrections: by month corrected.
        exceptions: the first `EXCEPTIONS_SHOWN` things not billed, as rows of ``billing_exceptions``.
        exception_kinds: how many things are not billed, by reason.
        changes: units that change most.
    """

    run: BillingRun
    community_name: str
    before: str
    is_first: bool
    charges: tuple[Charge, ...]
    corrections: tuple[CorrectedMonth, ...]
    exceptions: tuple[Mapping[str, Any], ...]
    exception_kinds: Mapping[str, int]
    changes: tuple[Change, ...]

    @property
    def relief(self) -> Decimal:
        """Discounts of shared costs the company bears, yuan."""
        return sum((each.relief for each in self.charges), Decimal(0))

    @property
    def of_month(self) -> Decimal:
        """What the run's month comes to once it is posted, yuan."""
        return sum((each.of_month for each in self.charges), Decimal(0))

    @property
    def of_month_before(self) -> Decimal:
        """What the month before came to, yuan."""
        return sum((each.of_month_before for each in self.charges), Decimal(0))

    @property
    def corrected(self) -> Decimal:
        """What the run corrects of what was billed before, yuan."""
        return sum((each.amount for each in self.corrections), Decimal(0))

    @property
    def releasable(self) -> tuple[Mapping[str, Any], ...]:
        """Shared meters whose use is abnormal and that nobody has released."""
        return tuple(each for each in self.exceptions if each["kind"] == "abnormal_pool" and not each["released_by"])


def read_figures(transaction: Connection, run_code: str) -> Figures:
    """All an approver sees of a billing run.

    Args:
        transaction: open transaction; nothing is written.
        run_code: the billing run.

    Raises:
        UnknownName: there is no such run.
    """
    run = read_run(transaction, run_code)
    before = month_before(run.period)
    posted = execute(
        transaction, "fee_billing/list_posted_runs", community_code=run.community_code, before=before
    ).all()
    shared = {
        "run_code": run_code,
        "batch_no": run.batch_no,
        "period": run.period,
        "before": before,
        "posted_runs": [row.run_code for row in posted],
        "posted_batches": sorted({row.batch_no for row in posted}),
    }
    billed = {row.period for row in posted if row.kind == "billing"}
    is_first = before not in billed
    on = run.drafted_at.astimezone(TIME_ZONE).date()
    changes = execute(
        transaction,
        "fee_billing/list_largest_changes",
        **shared,
        own_units_only=is_first or run.period in billed,
        at_most=int(str(required_setting(transaction, "billing_largest_changes", on))),
    )
    corrected = execute(
        transaction,
        "fee_billing/sum_corrected_months",
        run_code=run_code,
        batch_no=run.batch_no,
        period=run.period,
    )
    listed = execute(
        transaction, "fee_billing/list_run_exceptions", run_code=run_code, at_most=EXCEPTIONS_SHOWN
    ).mappings()
    counted = execute(transaction, "fee_billing/count_run_exceptions", run_code=run_code)
    name = execute(transaction, "fee_billing/find_community_name", community_code=run.community_code).scalar_one()
    return Figures(
        run=run,
        community_name=str(name),
        before=before,
        is_first=is_first,
        charges=tuple(Charge(**row._mapping) for row in execute(transaction, "fee_billing/sum_charges", **shared)),
        corrections=tuple(CorrectedMonth(**row._mapping) for row in corrected),
        exceptions=tuple(dict(row) for row in listed),
        exception_kinds={row.kind: row.things for row in counted},
        changes=tuple(Change(**row._mapping) for row in changes),
    )


def month_before(period: str) -> str:
    """The month before one, both YYYY-MM."""
    year, month = map(int, period.split("-"))
    return f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"
