"""Views that are served like tables: what the books say at an instant. Their SQL stands in ``sql/migrations``.

A view is declared here so that exports, pages and the generated table reference know its columns; ``info["is_view"]``
keeps the migrations from making a table of it. All views are seen as of the session's ``guanjia.as_of``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Numeric, PrimaryKeyConstraint, Table, Text

from guanjia.store.tables.columns import metadata

_MONEY = Numeric(14, 2)


def _column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, kind, nullable=nullable, comment=comment)


def _view(zh: str, dataset: str, *order: str, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"dataset": dataset, "zh": zh, "direction": "out", "key": order, "hidden": hidden, "is_view": True}


bill_states = Table(
    "bill_states",
    metadata,
    _column("bill_code", Text, "Bill"),
    _column("run_code", Text, "Billing run"),
    _column("period", Text, "Month, YYYY-MM"),
    _column("community_code", Text, "Community"),
    _column("unit_code", Text, "Unit"),
    _column("customer_code", Text, "Payer"),
    _column("total", _MONEY, "Sum of the lines, yuan; negative: credit note"),
    _column("due_on", Date, "Day it is due; blank: not posted", nullable=True),
    _column("state", Text, "draft, posted, part_paid, paid or reversed"),
    _column("open_balance", _MONEY, "Still open, yuan; negative: credit not used yet"),
    _column("posted_on", Date, "Day it was posted; blank: not yet", nullable=True),
    _column("batch_no", Integer, "Batch (partition) of the bill"),
    PrimaryKeyConstraint("bill_code"),
    comment="One row per bill: its state and what is open of it, as of the session's instant. A view.",
    info=_view("账单", "bills", "bill_code", hidden=("batch_no",)),
)

arrears = Table(
    "arrears",
    metadata,
    _column("community_code", Text, "Community"),
    _column("unit_code", Text, "Unit"),
    _column("customer_code", Text, "Payer"),
    _column("balance", _MONEY, "Open amount of all posted bills, due or not, less credit notes, yuan"),
    _column("oldest_due_on", Date, "Due day of the oldest open bill; blank: none", nullable=True),
    _column("days_0_30", _MONEY, "Open, due for 0 to 30 days, yuan"),
    _column("days_31_90", _MONEY, "Open, due for 31 to 90 days, yuan"),
    _column("days_91_180", _MONEY, "Open, due for 91 to 180 days, yuan"),
    _column("days_181_365", _MONEY, "Open, due for 181 to 365 days, yuan"),
    _column("days_over_365", _MONEY, "Open, due for more than 365 days, yuan"),
    _column("settled", Boolean, "Nothing is owed"),
    _column("not_yet_due", _MONEY, "Open and not yet due, yuan"),
    PrimaryKeyConstraint("community_code", "unit_code", "customer_code"),
    comment="One row per unit and payer billed: what is owed, by age, as of the session's instant. A view.",
    info=_view("欠费", "arrears", "community_code", "unit_code", "customer_code"),
)
