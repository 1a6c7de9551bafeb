"""Things kept for others: what was due for a found thing, a lent key or a device, and who was told."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    text,
)

from guanjia.store.tables.columns import metadata
from guanjia.store.tables.plain_columns import export_info, instant_column, one_of, text_column

_STEPS = ("to_administration", "posted", "handed_over", "disposal", "key_chased", "device_abnormal", "device_unchecked")

custody_steps = Table(
    "custody_steps",
    metadata,
    text_column("step", ", ".join(_STEPS)),
    text_column("subject", "Thing found, loan, or person, instant and device"),
    Column("due_on", Date, nullable=False, comment="Day from whose evening it was due"),
    text_column("community_code", "Community of the key, or of the person's devices; blank: none", nullable=True),
    text_column("staff_code", "Who checked the device, or was to", nullable=True),
    instant_column("checked_at", "Instant of the check that found it out of order; blank: no such step"),
    text_column("device", "Device out of order or not checked; blank: none, or none at all was", nullable=True),
    Column("until", Date, nullable=True, comment="Last day a notice hangs; blank: no notice, or not put up yet"),
    text_column(
        "list_code", "List or notice it went out with, such as F2026-11-20; blank: not told yet", nullable=True
    ),
    Column("cancelled_on", Date, nullable=True, comment="Day it was found needless after all, before anybody was told"),
    instant_column("told_at", "as_of of the run that told of it"),
    Column("run_id", BigInteger, nullable=False, comment="Run that wrote the row last"),
    PrimaryKeyConstraint("step", "subject", "due_on"),
    ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    one_of("step", *_STEPS),
    CheckConstraint("(until IS NOT NULL) = (step = 'posted' AND told_at IS NOT NULL)", name="only_notices_hang"),
    CheckConstraint("(list_code IS NULL) = (told_at IS NULL)", name="told_on_a_list"),
    CheckConstraint("cancelled_on IS NULL OR told_at IS NULL", name="told_stays_told"),
    CheckConstraint("(step = 'device_abnormal') = (checked_at IS NOT NULL)", name="only_checks_have_instants"),
    comment="One row per step due for something kept for others: it was told once, on its list.",
    info=export_info("保管事项", "custody_steps", "step", "subject", "due_on"),
)
Index(
    "custody_steps_untold_idx",
    custody_steps.c.step,
    postgresql_where=text("told_at IS NULL AND cancelled_on IS NULL"),
)
Index(
    "custody_steps_once_key",
    custody_steps.c.step,
    custody_steps.c.subject,
    unique=True,
    postgresql_where=text("step NOT IN ('key_chased', 'device_unchecked') AND cancelled_on IS NULL"),
)

custody_progress = Table(
    "custody_progress",
    metadata,
    Column("only_row", Boolean, nullable=False, server_default=text("true"), comment="Always true"),
    instant_column("looked_to", "Instant up to which things were looked at", nullable=False),
    Column("live_from", Date, nullable=False, comment="First day looked at: nothing earlier is chased or posted"),
    PrimaryKeyConstraint("only_row"),
    CheckConstraint("only_row", name="only_one_row"),
    comment="One row: how far things kept for others are looked at.",
)
