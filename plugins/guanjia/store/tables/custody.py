"""Things kept for others: what was due for a found thing, a lent key or a device, and who was told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from guanjia.store.tables.columns import metadata

_RUN_KEY = (["run_id"], ["runs.run_id"])
_STEPS = ("to_administration", "posted", "handed_over", "disposal", "key_chased", "device_abnormal", "device_unchecked")


def _text(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable, comment=comment)


custody_steps = Table(
    "custody_steps",
    metadata,
    _text("step", ", ".join(_STEPS)),
    _text("subject", "Thing found, loan, or person, instant and device"),
    Column("due_on", Date, nullable=False, comment="Day from which it was due"),
    _text("community_code", "Community of the key, or of the person's devices; blank: none", nullable=True),
    _text("staff_code", "Who checked the device, or did not", nullable=True),
    Column("until", Date, nullable=True, comment="Last day a notice hangs; blank: no notice"),
    _text("list_code", "List or notice it went out with, such as F2026-11-20; blank: not told yet", nullable=True),
    Column("cancelled_on", Date, nullable=True, comment="Day it was found claimed or returned after all, before told"),
    Column("told_at", DateTime(timezone=True), nullable=True, comment="as_of of the run that told of it"),
    Column("run_id", BigInteger, nullable=False, comment="Run that wrote the row last"),
    PrimaryKeyConstraint("step", "subject", "due_on"),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint("step IN (" + ", ".join(f"'{step}'" for step in _STEPS) + ")", name="step_choice"),
    CheckConstraint("(until IS NOT NULL) = (step = 'posted')", name="only_notices_hang"),
    comment="One row per step due for something kept for others: it was told once, on its list.",
    info={
        "dataset": "custody_steps",
        "zh": "保管事项",
        "direction": "out",
        "key": ("step", "subject", "due_on"),
        "hidden": (),
    },
)
Index(
    "custody_steps_untold_idx",
    custody_steps.c.step,
    postgresql_where=text("told_at IS NULL AND cancelled_on IS NULL"),
)

custody_progress = Table(
    "custody_progress",
    metadata,
    Column("only_row", Boolean, nullable=False, server_default=text("true"), comment="Always true"),
    Column("looked_to", DateTime(timezone=True), nullable=False, comment="Instant up to which things were looked at"),
    Column("live_from", Date, nullable=False, comment="First day looked at: nothing earlier is chased or posted"),
    PrimaryKeyConstraint("only_row"),
    CheckConstraint("only_row", name="only_one_row"),
    comment="One row: how far things kept for others are looked at.",
)
