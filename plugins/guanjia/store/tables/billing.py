"""Billing and collection: runs, bills, the books, shared-utility pools, payments, letters (BILL-01 to BILL-10).

``bills``, ``bill_lines``, ``ledger`` and ``pool_shares`` are partitioned by batch: what a large run writes becomes a
partition of its own, built bare and attached whole (``store/partitions.py``); small runs share that of
batch 0. A foreign key from lines to their bills stands at each pair of partitions, so that it never looks at other
batches. A posted row is never changed: what is open, paid or reversed is derived (``views.py``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata
from guanjia.store.tables.plain_columns import (
    count_column,
    export_info,
    instant_column,
    one_of,
    run_column,
    text_column,
)

_MONEY = Numeric(14, 2)
_RUN_KEY = (["run_id"], ["runs.run_id"])
_UNIT_KEY = (["community_code", "unit_code"], ["units.community_code", "units.unit_code"])
_BILL_KEY = (["batch_no", "bill_code"], ["bills.batch_no", "bills.bill_code"])
_PERIOD = r"{} ~ '^\d{{4}}-(0[1-9]|1[0-2])$'"
_BY_BATCH = "LIST (batch_no)"

RUN_STATES = ("draft", "checked", "awaiting_approval", "approved", "posted", "rejected", "superseded", "reversed")
UNDECIDED = ("draft", "checked", "awaiting_approval", "approved")
EXCEPTION_KINDS = (
    "no_payer",
    "two_payers",
    "tariff_gap",
    "tariff_tie",
    "no_tariff",
    "unusable_tariff",
    "no_unit",
    "no_reading",
    "falling_reading",
    "abnormal_pool",
    "negative_pool",
    "no_households",
)


def _money(name: str, comment: str, *, nullable: bool = False, default: str | None = None) -> Column[Any]:
    return Column(
        name, _MONEY, nullable=nullable, server_default=None if default is None else text(default), comment=comment
    )


def _batch() -> Column[Any]:
    return Column(
        "batch_no",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="Batch (partition); 0: shared by small runs",
    )


def _period(name: str = "period") -> CheckConstraint:
    return CheckConstraint(_PERIOD.format(name), name=f"{name}_form")


billing_runs = Table(
    "billing_runs",
    metadata,
    text_column("run_code", "Billing run, such as B2610-001-1: month, community, attempt"),
    text_column("period", "Month billed, YYYY-MM"),
    text_column("community_code", "Community"),
    text_column("state", "draft, checked, awaiting_approval, approved, posted, rejected, superseded or reversed"),
    count_column("bills", "Bills in the run"),
    _money("total", "Sum of the bills, yuan", default="0"),
    text_column("digest", "Digest of the draft as it stands: lines, exceptions and released pools", nullable=True),
    text_column("requested_by", "Who triggered it; scheduled: who last changed its inputs by hand", nullable=True),
    text_column("approved_by", "Who decided on it", nullable=True),
    text_column("kind", "billing, opening (balances from before) or reversal"),
    Column("attempt", Integer, nullable=False, comment="Number of the attempt for this month and community, from 1"),
    _batch(),
    count_column("lines", "Bill lines in the run"),
    count_column("exceptions", "Things not billed"),
    Column(
        "post_no",
        Integer,
        nullable=False,
        comment="Place in the community's sequence of posted runs it was drafted for; no two runs are posted at one",
    ),
    instant_column("drafted_at", "as_of the draft was computed for", nullable=False),
    instant_column("checked_at", "Instant the gates let it pass"),
    instant_column("shown_at", "Instant the approval was asked for"),
    text_column("shown_digest", "Digest of the draft that was shown", nullable=True),
    text_column("waiting_task", "Airflow task that waits for the decision: dag/run/task/map index", nullable=True),
    text_column("decision", "approved or rejected; blank: none yet", nullable=True),
    text_column("decision_digest", "Digest of the draft that was decided on", nullable=True),
    text_column("decision_reason", "Why rejected, or remark on the approval", nullable=True),
    instant_column("decided_at", "Instant of the decision"),
    text_column("superseded_by", "Newer run that took its place", nullable=True),
    instant_column("posted_at", "as_of it was posted for"),
    Column("posted_on", Date, nullable=True, comment="Day of its entries in the books"),
    Column("due_on", Date, nullable=True, comment="Day its bills are due"),
    text_column("reverses", "Run it reverses", nullable=True),
    instant_column("overdue_told_at", "Instant its approvers were told that it waits too long"),
    run_column(),
    PrimaryKeyConstraint("run_code"),
    UniqueConstraint("community_code", "period", "kind", "attempt"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(["superseded_by"], ["billing_runs.run_code"]),
    ForeignKeyConstraint(["reverses"], ["billing_runs.run_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", *RUN_STATES),
    one_of("kind", "billing", "opening", "reversal"),
    one_of("decision", "approved", "rejected"),
    _period(),
    CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reversal_names_run"),
    CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_has_instant"),
    CheckConstraint(
        "state NOT IN ('posted', 'reversed')"
        " OR (posted_at IS NOT NULL AND posted_on IS NOT NULL AND due_on IS NOT NULL)",
        name="posted_has_days",
    ),
    CheckConstraint(
        "kind <> 'billing' OR state NOT IN ('approved', 'posted', 'reversed')"
        " OR (decision = 'approved' AND decision_digest = digest)",
        name="posted_as_decided",
    ),
    comment="One row per billing run: community, month and attempt.",
    info=export_info("出账批次", "billing_runs", "run_code", hidden=("waiting_task",)),
)
Index(
    "billing_runs_undecided_key",
    billing_runs.c.community_code,
    unique=True,
    postgresql_where=text("state IN ('draft', 'checked', 'awaiting_approval', 'approved')"),
)
Index(
    "billing_runs_posted_key",
    billing_runs.c.community_code,
    billing_runs.c.post_no,
    unique=True,
    postgresql_where=text("state IN ('posted', 'reversed')"),
)
Index("billing_runs_reversed_key", billing_runs.c.reverses, unique=True)

bills = Table(
    "bills",
    metadata,
    text_column("bill_code", "Bill: run and number"),
    text_column("run_code", "Billing run"),
    text_column("period", "Month, YYYY-MM"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    text_column("customer_code", "Payer"),
    _money("total", "Sum of the lines, yuan; negative: credit note"),
    Column("due_on", Date, nullable=True, comment="Day it is due; blank: the run's"),
    _batch(),
    PrimaryKeyConstraint("batch_no", "bill_code"),
    ForeignKeyConstraint(["run_code"], ["billing_runs.run_code"]),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    comment="One row per bill: run, unit and payer (opening balances: and due day). Partitioned by batch.",
    postgresql_partition_by=_BY_BATCH,
)
Index("bills_unit_idx", bills.c.community_code, bills.c.unit_code)
Index("bills_run_idx", bills.c.run_code, postgresql_using="brin")
Index("bills_credit_notes_idx", bills.c.community_code, bills.c.unit_code, postgresql_where=text("total < 0"))

bill_lines = Table(
    "bill_lines",
    metadata,
    text_column("bill_code", "Bill"),
    text_column("charge_kind", "What is charged"),
    text_column("charge_source", "tariff, else the contract, meter or case and line it comes from"),
    text_column("period", "Month it concerns, YYYY-MM"),
    Column("quantity", Numeric, nullable=True, comment="Quantity in the basis of the rate; blank: it changed"),
    Column("rate", Numeric, nullable=True, comment="Price of one, yuan; blank: it changed in the month"),
    Column("factor", Numeric, nullable=True, comment="Vacancy factor; blank: it changed in the month"),
    _money("amount", "Amount, yuan; a correction: the difference"),
    _money("relief", "Discount of a shared cost the company bears, yuan; a correction: the difference", default="0"),
    Column("explanation", JSONB, nullable=True, comment="Segments or shares the amount is made of"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    text_column("customer_code", "Payer"),
    Column("correction_no", Integer, nullable=False, comment="0: first billing of the charge; then counted up"),
    _batch(),
    PrimaryKeyConstraint("batch_no", "bill_code", "charge_kind", "charge_source", "period"),
    CheckConstraint("correction_no >= 0", name="correction_no_minimum"),
    comment="One row per bill, charge, source and month. Partitioned by batch.",
    info=export_info(
        "账单明细", "bill_lines", "bill_code", "charge_kind", "charge_source", "period", hidden=("batch_no",)
    ),
    postgresql_partition_by=_BY_BATCH,
)

ledger = Table(
    "ledger",
    metadata,
    text_column("entry_code", "Entry and line"),
    Column("posted_on", Date, nullable=False, comment="Day of the entry"),
    text_column("account", "Account, such as receivable, income:property, relief, deposits, credit, suspense, bank"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit", nullable=True),
    _money("debit", "Debit, yuan", default="0"),
    _money("credit", "Credit, yuan", default="0"),
    text_column("source_kind", "What caused it: run, payment, allocation, deposit_event, opening or close"),
    text_column("source_code", "Its code"),
    text_column("journal_code", "Balanced entry the row belongs to: over it debit equals credit"),
    text_column("customer_code", "Payer, for receivable, credit and deposits", nullable=True),
    _batch(),
    PrimaryKeyConstraint("batch_no", "entry_code"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    CheckConstraint("debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0)", name="one_side"),
    one_of("source_kind", "run", "payment", "allocation", "deposit_event", "opening", "close"),
    comment="One row per side of a balanced double entry. Partitioned by batch.",
    info=export_info("分录", "ledger", "entry_code", hidden=("batch_no",)),
    postgresql_partition_by=_BY_BATCH,
)
Index("ledger_source_idx", ledger.c.source_kind, ledger.c.source_code)

billing_exceptions = Table(
    "billing_exceptions",
    metadata,
    text_column("run_code", "Billing run"),
    text_column("kind", "Why it is not billed: " + ", ".join(EXCEPTION_KINDS)),
    text_column("period", "Month not billed, YYYY-MM"),
    text_column("subject", "What it is about: unit, meter, case and line, or charge and use"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit held back; blank: not one unit", nullable=True),
    text_column("meter_code", "Meter", nullable=True),
    text_column("charge_kind", "Charge held back; blank: all of the unit", nullable=True),
    text_column("unit_use", "Use of the units concerned", nullable=True),
    Column("units", Integer, nullable=False, server_default=text("1"), comment="Units concerned"),
    Column("detail", JSONB, nullable=False, comment="Values the sentence about it needs; codes and days, never names"),
    text_column("case_code", "Case it opened", nullable=True),
    text_column("released_by", "Who released it in the approval", nullable=True),
    instant_column("released_at", "Instant it was released"),
    text_column("release_reason", "Why it was released", nullable=True),
    PrimaryKeyConstraint("run_code", "kind", "period", "subject"),
    ForeignKeyConstraint(["run_code"], ["billing_runs.run_code"]),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    one_of("kind", *EXCEPTION_KINDS),
    _period(),
    CheckConstraint(
        "(released_by IS NULL) = (released_at IS NULL) AND (released_by IS NULL) = (release_reason IS NULL)",
        name="release_is_whole",
    ),
    comment="One row per run, month and thing that is not billed, with the reason.",
    info=export_info("出账例外", "billing_exceptions", "run_code", "kind", "period", "subject"),
)

utility_pools = Table(
    "utility_pools",
    metadata,
    text_column("meter_code", "Shared meter"),
    text_column("period", "Month, YYYY-MM"),
    text_column("community_code", "Community"),
    text_column("building_code", "Building; blank: whole community", nullable=True),
    text_column("charge_kind", "shared_water or shared_electricity"),
    text_column("apportion_by", "area or household"),
    Column("use", Numeric, nullable=False, comment="Use in the month: closing - opening reading × multiplier"),
    _money("cost", "Cost split over the units, yuan"),
    Column("median_use", Numeric, nullable=True, comment="Median use of the months before; blank: too few known"),
    count_column("known_months", "Months before whose use is known"),
    text_column("state", "billed, held or released"),
    Column("edition", Integer, nullable=False, comment="1; counted up when its cost changed after posting"),
    Column("explanation", JSONB, nullable=False, comment="Readings, multiplier, tariffs and days the cost is made of"),
    text_column("case_code", "Case it opened as abnormal", nullable=True),
    text_column("released_by", "Who released it", nullable=True),
    instant_column("released_at", "Instant it was released"),
    text_column("release_reason", "Why it was released", nullable=True),
    _money("released_cost", "Cost that was released; another one is held again", nullable=True),
    text_column("run_code", "Posted run whose shares hold; blank: not posted yet", nullable=True),
    run_column(),
    PrimaryKeyConstraint("meter_code", "period"),
    ForeignKeyConstraint(["meter_code"], ["meters.meter_code"]),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(["run_code"], ["billing_runs.run_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", "billed", "held", "released"),
    one_of("charge_kind", "shared_water", "shared_electricity"),
    one_of("apportion_by", "area", "household"),
    _period(),
    CheckConstraint("(state = 'released') = (released_by IS NOT NULL)", name="released_has_name"),
    comment="One row per shared meter and month: what is to be split, and whether it may be.",
    info=export_info("公摊", "utility_pools", "meter_code", "period"),
)

pool_shares = Table(
    "pool_shares",
    metadata,
    text_column("meter_code", "Shared meter"),
    text_column("period", "Month, YYYY-MM"),
    Column("edition", Integer, nullable=False, comment="Edition of the pool"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    Column("weight", Numeric, nullable=False, comment="Area in m2, or 1 for a household"),
    _money("share", "Share of the cost before any vacancy discount, yuan"),
    _batch(),
    PrimaryKeyConstraint("batch_no", "meter_code", "period", "edition", "unit_code"),
    comment="One row per posted pool, edition and unit; shares of an edition add up to its cost. Partitioned by batch.",
    info=export_info("公摊分配", "pool_shares", "meter_code", "period", "edition", "unit_code", hidden=("batch_no",)),
    postgresql_partition_by=_BY_BATCH,
)

payment_assignments = Table(
    "payment_assignments",
    metadata,
    text_column("payment_code", "Payment"),
    Column("assignment_no", Integer, nullable=False, comment="Number of the assignment of this payment, from 1"),
    text_column("state", "assigned, suspense or reversal"),
    text_column("community_code", "Community", nullable=True),
    text_column("unit_code", "Unit it was paid for", nullable=True),
    text_column("customer_code", "Customer it belongs to", nullable=True),
    text_column("reason", "How the customer was found, or why it waits in suspense"),
    text_column("reverses", "Payment it undoes", nullable=True),
    _money("amount", "Amount, yuan"),
    Column("assigned_on", Date, nullable=False, comment="Day of the entry in the books"),
    instant_column("assigned_at", "as_of of the run that assigned it", nullable=False),
    instant_column("ended_at", "as_of of the run after which another assignment holds; blank: holds"),
    text_column("assigned_by", "Who assigned it by hand; blank: the rule did", nullable=True),
    run_column(),
    text_column(
        "content_digest", "Digest of the payment's row it was judged by; another one is judged anew", nullable=True
    ),
    PrimaryKeyConstraint("payment_code", "assignment_no"),
    ForeignKeyConstraint(["payment_code"], ["payments.payment_code"]),
    ForeignKeyConstraint(["reverses"], ["payments.payment_code"]),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", "assigned", "suspense", "reversal"),
    CheckConstraint(
        "(state = 'suspense') = (customer_code IS NULL) AND (customer_code IS NULL OR unit_code IS NOT NULL)",
        name="assigned_has_customer",
    ),
    CheckConstraint("state <> 'reversal' OR reverses IS NOT NULL", name="reversal_names_payment"),
    comment="One row per payment and assignment: whose it is, or why it waits in suspense.",
    info=export_info("收款归属", "payment_assignments", "payment_code", "assignment_no", hidden=("content_digest",)),
)
Index(
    "payment_assignments_holding_key",
    payment_assignments.c.payment_code,
    unique=True,
    postgresql_where=text("ended_at IS NULL"),
)
Index("payment_assignments_unit_idx", payment_assignments.c.community_code, payment_assignments.c.unit_code)
Index(
    "payment_assignments_reverses_idx",
    payment_assignments.c.reverses,
    postgresql_where=text("reverses IS NOT NULL"),
)

allocations = Table(
    "allocations",
    metadata,
    Column("allocation_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("source_kind", "payment or credit_note"),
    text_column("source_code", "Payment, or bill with a negative total"),
    Column("batch_no", Integer, nullable=False, comment="Batch of the bill paid"),
    text_column("bill_code", "Bill paid"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    text_column("customer_code", "Payer"),
    _money("amount", "Amount, yuan, above zero"),
    Column("allocated_on", Date, nullable=False, comment="Day of the entry in the books"),
    instant_column("allocated_at", "as_of of the run that allocated it", nullable=False),
    Column("undone_on", Date, nullable=True, comment="Day of the entry that undid it; blank: holds"),
    instant_column("undone_at", "as_of of the run that undid it; blank: holds"),
    text_column("undone_by", "Payment or billing run that undid it", nullable=True),
    run_column(),
    PrimaryKeyConstraint("allocation_id"),
    ForeignKeyConstraint(*_BILL_KEY),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("source_kind", "payment", "credit_note"),
    CheckConstraint("amount > 0", name="amount_above"),
    CheckConstraint(
        "(undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_on IS NULL)",
        name="undone_is_whole",
    ),
    comment="One row per source of money and bill it pays; rows that were undone are kept.",
    info=export_info("收款核销", "allocations", "allocation_id", hidden=("batch_no",)),
)
Index("allocations_bill_idx", allocations.c.batch_no, allocations.c.bill_code)
Index(
    "allocations_holding_key",
    allocations.c.source_kind,
    allocations.c.source_code,
    allocations.c.bill_code,
    unique=True,
    postgresql_where=text("undone_at IS NULL"),
)
Index("allocations_unit_idx", allocations.c.community_code, allocations.c.unit_code)

period_closes = Table(
    "period_closes",
    metadata,
    text_column("period", "Month closed, YYYY-MM"),
    instant_column("closed_at", "Instant it was closed", nullable=False),
    text_column("closed_by", "Who closed it"),
    _money("debit", "Sum of the month's debits, yuan"),
    _money("credit", "Sum of the month's credits, yuan"),
    run_column(),
    PrimaryKeyConstraint("period"),
    ForeignKeyConstraint(*_RUN_KEY),
    _period(),
    CheckConstraint("debit = credit", name="balanced"),
    comment="One row per month closed: it takes no entry any more (BILL-10).",
    info=export_info("月结", "period_closes", "period"),
)

trial_balances = Table(
    "trial_balances",
    metadata,
    text_column("period", "Month closed, YYYY-MM"),
    text_column("community_code", "Community"),
    text_column("account", "Account"),
    _money("opening", "Balance carried forward, debit minus credit, yuan"),
    _money("debit", "Debits of the month, yuan"),
    _money("credit", "Credits of the month, yuan"),
    _money("closing", "Balance to carry forward, yuan"),
    PrimaryKeyConstraint("period", "community_code", "account"),
    ForeignKeyConstraint(["period"], ["period_closes.period"]),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    CheckConstraint("closing = opening + debit - credit", name="carried_forward"),
    comment="One row per closed month, community and account: the trial balance and what is carried forward.",
    info=export_info("试算平衡", "trial_balances", "period", "community_code", "account"),
)

dunning = Table(
    "dunning",
    metadata,
    text_column("notice_code", "Letter"),
    text_column("unit_code", "Unit"),
    text_column("customer_code", "Customer"),
    Column("level", Integer, nullable=False, comment="Highest level of its bills, 1 to 3"),
    Column("run_on", Date, nullable=False, comment="Day of the run"),
    _money("amount", "Open amount of the bills on it, yuan"),
    text_column("state", "planned, sent, printed or cancelled"),
    text_column("community_code", "Community"),
    instant_column("sent_at", "Instant it went out or was printed"),
    text_column("way", "mail or print"),
    text_column("building_code", "Building whose print file it is in", nullable=True),
    text_column("printed_by", "Who printed it", nullable=True),
    run_column(),
    PrimaryKeyConstraint("notice_code"),
    UniqueConstraint("community_code", "unit_code", "customer_code", "run_on"),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", "planned", "sent", "printed", "cancelled"),
    one_of("way", "mail", "print"),
    CheckConstraint("level BETWEEN 1 AND 3", name="level_range"),
    comment="One row per reminder letter: unit, customer and run.",
    info=export_info("催缴", "dunning", "notice_code"),
)

dunning_bills = Table(
    "dunning_bills",
    metadata,
    text_column("notice_code", "Letter"),
    text_column("bill_code", "Bill on it"),
    Column("batch_no", Integer, nullable=False, comment="Batch of the bill"),
    Column("level", Integer, nullable=False, comment="Level of this bill, 1 to 3"),
    _money("amount", "Open amount of the bill on the day of the run, yuan"),
    PrimaryKeyConstraint("notice_code", "bill_code"),
    ForeignKeyConstraint(["notice_code"], ["dunning.notice_code"]),
    ForeignKeyConstraint(*_BILL_KEY),
    CheckConstraint("level BETWEEN 1 AND 3", name="level_range"),
    comment="One row per reminder letter and bill it lists.",
)
Index("dunning_bills_bill_idx", dunning_bills.c.bill_code)

bill_deliveries = Table(
    "bill_deliveries",
    metadata,
    Column("batch_no", Integer, nullable=False, comment="Batch of the bill"),
    text_column("bill_code", "Bill"),
    text_column("run_code", "Billing run"),
    text_column("community_code", "Community"),
    text_column("building_code", "Building whose print file it is in"),
    text_column("customer_code", "Payer"),
    text_column("way", "mail, print, or none: a bill of 0.00"),
    instant_column("told_at", "Instant the mail was written or the page was put into the print file", nullable=False),
    instant_column("printed_at", "Instant its print file was handed out"),
    text_column("printed_by", "Who printed it", nullable=True),
    run_column(),
    PrimaryKeyConstraint("batch_no", "bill_code"),
    ForeignKeyConstraint(*_BILL_KEY),
    ForeignKeyConstraint(["run_code"], ["billing_runs.run_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("way", "mail", "print", "none"),
    comment="One row per posted bill and the way it took to its payer.",
    info=export_info("账单送达", "bill_deliveries", "bill_code", hidden=("batch_no",)),
)
Index("bill_deliveries_run_idx", bill_deliveries.c.run_code, bill_deliveries.c.building_code)

deposit_settlements = Table(
    "deposit_settlements",
    metadata,
    text_column("contract_code", "Contract of the deposit"),
    Column("event_on", Date, nullable=False, comment="Day of the event"),
    text_column("event", "refunded, kept, let or not_let"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    text_column("customer_code", "Customer"),
    text_column("state", "settled, or refused: nothing was booked"),
    text_column("reason", "Why it was refused; blank: settled", nullable=True),
    _money("returned", "Paid back, yuan", default="0"),
    _money("kept", "Kept as income, yuan", default="0"),
    _money("held_after", "Deposit still held afterwards, yuan", default="0"),
    Column("posted_on", Date, nullable=True, comment="Day of its entry in the books; blank: refused"),
    instant_column("settled_at", "as_of of the run that judged it", nullable=False),
    run_column(),
    PrimaryKeyConstraint("contract_code", "event_on", "event"),
    ForeignKeyConstraint(["contract_code"], ["contracts.contract_code"]),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", "settled", "refused"),
    CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_has_reason"),
    comment="One row per event of a deposit: what was paid back, kept and still held (BILL-06, BILL-07).",
    info=export_info("押金结算", "deposit_settlements", "contract_code", "event_on", "event"),
)

contract_reminders = Table(
    "contract_reminders",
    metadata,
    text_column("contract_code", "Contract about to end"),
    Column("end_date", Date, nullable=False, comment="Last day of the contract, included"),
    Column("days_before", Integer, nullable=False, comment="Days before the end this reminder belongs to"),
    instant_column("reminded_at", "as_of of the run that reminded", nullable=False),
    run_column(),
    PrimaryKeyConstraint("contract_code", "end_date", "days_before"),
    ForeignKeyConstraint(["contract_code"], ["contracts.contract_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per contract, end and reminder that went out before it (BILL-08).",
)

PARTITIONED = (bills, bill_lines, ledger, pool_shares)
"""Tables partitioned by batch; a new partition of one is made by ``store/partitions.py``."""
