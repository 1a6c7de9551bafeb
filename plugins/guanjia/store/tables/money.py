"""Money and quality registers: tariffs, contracts, meters, payments, scores (data contract, chapter Money)."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Numeric, PrimaryKeyConstraint, Table, Text

from guanjia.store.tables.columns import column, metadata, register
from guanjia.store.tables.registers import COMMUNITY, CUSTOMER, STAFF, UNIT, UNIT_USES

CHARGE_KINDS = {
    "property": "物业费",
    "parking": "车位费",
    "rent": "租金",
    "water": "水费",
    "electricity": "电费",
    "shared_water": "公摊水费",
    "shared_electricity": "公摊电费",
}
CONTRACT_KINDS = {"parking": "车位费", "rent": "租金", "deposit": "押金", "agency_deposit": "代租押金"}

tariffs = register(
    "tariffs",
    "收费标准",
    "Money",
    "One row per tariff and the days it is in force.",
    column("tariff_code", "code", "Tariff code", "标准编号", required=True),
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("charge_kind", "choice", "What it is charged for", "费项", required=True, choices=CHARGE_KINDS),
    column("unit_use", "choice", "Use of unit it holds for; blank: all", "用途", choices=UNIT_USES),
    column(
        "basis",
        "choice",
        "What the rate is multiplied by",
        "计价方式",
        required=True,
        choices={
            "area_month": ("元/㎡·月", "元/㎡.月", "元/m2·月", "元/平方米·月"),
            "fixed_month": "元/月",
            "consumption": "元/用量",
        },
    ),
    column(
        "rate",
        "decimal",
        "Price of one unit of the basis, yuan, up to four places",
        "单价",
        required=True,
        minimum=0,
        places=4,
    ),
    column("valid_from", "date", "First day in force", "生效日期", required=True),
    column("valid_to", "date", "Last day in force, included; blank: open", ("截止日期", "失效日期")),
    key=("tariff_code",),
    foreign_keys={("community_code",): "communities"},
    checks={"to_after_from": "valid_to >= valid_from"},
    restricted=True,
)

contracts = register(
    "contracts",
    "合同",
    "Money",
    "One row per contract on parking, rent or a deposit.",
    column("contract_code", "code", "Contract code", "合同编号", required=True),
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("unit_code", "code", "Unit", UNIT, required=True, references="units"),
    column("customer_code", "code", "Customer billed", CUSTOMER, required=True, references="customers"),
    column("charge_kind", "choice", "What is agreed", "费项", required=True, choices=CONTRACT_KINDS),
    column("amount_month", "decimal", "Amount of a month, yuan", "月金额", minimum=0, places=2),
    column("amount_once", "decimal", "Amount paid once, yuan", "一次性金额", minimum=0, places=2),
    column("start_date", "date", "First day", "开始日期", required=True),
    column("end_date", "date", "Last day, included; blank: open", "结束日期"),
    key=("contract_code",),
    foreign_keys={("community_code", "unit_code"): "units", ("customer_code",): "customers"},
    checks={
        "one_amount": "(amount_month IS NULL) <> (amount_once IS NULL)",
        "end_after_start": "end_date >= start_date",
    },
)

meters = register(
    "meters",
    "表计",
    "Money",
    "One row per meter: its present state; former multipliers stand in meter_versions.",
    column("meter_code", "code", "Meter code", ("表计编号", "表号"), required=True),
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column(
        "building_code",
        "code",
        "Building of a shared meter; blank: whole community",
        "楼栋编号",
        references="buildings",
    ),
    column("unit_code", "code", "Unit; blank: shared meter", UNIT, references="units"),
    column(
        "utility", "choice", "What it measures", "类别", required=True, choices={"water": "水", "electricity": "电"}
    ),
    column("multiplier", "decimal", "Reading × multiplier = use; blank: 1", "倍率", exclusive_minimum=0),
    column(
        "apportion_by",
        "choice",
        "How a shared meter's cost is split",
        "分摊方式",
        choices={"area": "面积", "household": "户"},
    ),
    column("valid_from", "date", "First day in use; blank: from the beginning", "启用日期"),
    column("valid_to", "date", "Last day in use, included; blank: still", "停用日期"),
    key=("meter_code",),
    foreign_keys={
        ("community_code",): "communities",
        ("community_code", "building_code"): "buildings",
        ("community_code", "unit_code"): "units",
    },
    checks={"to_after_from": "valid_to >= valid_from"},
)
Index("meters_unit_idx", meters.c.community_code, meters.c.unit_code)

meter_versions = Table(
    "meter_versions",
    metadata,
    Column("meter_code", Text, nullable=False, comment="Meter"),
    Column("valid_from", Date, nullable=False, comment="First day these facts hold; 0001-01-01: from the beginning"),
    Column("multiplier", Numeric, nullable=False, comment="Reading × multiplier = use, from that day"),
    Column("apportion_by", Text, nullable=True, comment="How a shared meter's cost is split, from that day"),
    PrimaryKeyConstraint("meter_code", "valid_from"),
    ForeignKeyConstraint(["meter_code"], ["meters.meter_code"]),
    comment="One row per meter and day from which its multiplier and apportionment hold.",
)

meter_readings = register(
    "meter_readings",
    "抄表",
    "Money",
    "One row per meter and day read.",
    column("meter_code", "code", "Meter", ("表计编号", "表号"), required=True, references="meters"),
    column("read_on", "date", "Day of the reading", "抄表日期", required=True, past=True),
    column("reading", "decimal", "What the meter showed", "读数", required=True, minimum=0),
    column("estimated", "boolean", "Estimated, not read; blank: read", "估抄"),
    key=("meter_code", "read_on"),
    foreign_keys={("meter_code",): "meters"},
)

payments = register(
    "payments",
    "收款",
    "Money",
    "One row per payment received or reversed.",
    column("payment_code", "code", "Number at the bank or the desk", "流水号", required=True),
    column("received_on", "date", "Day received", "到账日期", required=True, past=True),
    column("community_code", "code", "Community", COMMUNITY, references="communities"),
    column("unit_code", "code", "Unit it was paid for", UNIT, references="units"),
    column("payer", "text", "Name of the payer", "付款人"),
    column("amount", "decimal", "Amount, yuan; negative: reversal; never zero", "金额", required=True, places=2),
    column("method", "text", "How it was paid", "方式"),
    column("reference", "text", "Remark on the transfer; for a reversal the payment_code", "附言"),
    key=("payment_code",),
    foreign_keys={("community_code",): "communities", ("community_code", "unit_code"): "units"},
    checks={"amount_not_zero": "amount <> 0"},
)
Index("payments_received_on_idx", payments.c.received_on)

opening_balances = register(
    "opening_balances",
    "期初欠费",
    "Money",
    "One row per unit, customer, kind and due day owed before we went live.",
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("unit_code", "code", "Unit", UNIT, required=True, references="units"),
    column("customer_code", "code", "Customer who owes", CUSTOMER, required=True, references="customers"),
    column(
        "charge_kind", "choice", "What it is owed for", "费项", required=True, choices=CHARGE_KINDS | CONTRACT_KINDS
    ),
    column("due_on", "date", "Day it was due", "应缴日期", required=True),
    column("amount", "decimal", "Amount owed, yuan", "金额", required=True, places=2),
    key=("community_code", "unit_code", "customer_code", "charge_kind", "due_on"),
    foreign_keys={("community_code", "unit_code"): "units", ("customer_code",): "customers"},
)

deposit_events = register(
    "deposit_events",
    "押金处理",
    "Money",
    "One row per contract, day and what was done with its deposit.",
    column("contract_code", "code", "Contract", "合同编号", required=True, references="contracts"),
    column("event_on", "date", "Day", "日期", required=True, past=True),
    column(
        "event",
        "choice",
        "What was done",
        "处理",
        required=True,
        choices={"refunded": "退还", "kept": "扣收", "let": "已出租", "not_let": "未出租"},
    ),
    column("amount", "decimal", "Amount, yuan", "金额", required=True, minimum=0, places=2),
    column("note", "text", "Remark", "说明"),
    key=("contract_code", "event_on", "event"),
    foreign_keys={("contract_code",): "contracts"},
)

disputes = register(
    "disputes",
    "争议",
    "Money",
    "One row per dispute over fees; while it is open nothing is chased.",
    column("dispute_code", "code", "Dispute code", "编号", required=True),
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("unit_code", "code", "Unit", UNIT, required=True, references="units"),
    column("customer_code", "code", "Customer; blank: all of the unit", CUSTOMER, references="customers"),
    column("opened_on", "date", "First day", ("开始", "开始日期"), required=True, past=True),
    column("closed_on", "date", "Last day, included; blank: open", ("结束", "结束日期"), past=True),
    column("note", "text", "Remark", "说明"),
    key=("dispute_code",),
    foreign_keys={("community_code", "unit_code"): "units", ("customer_code",): "customers"},
    checks={"closed_after_opened": "closed_on >= opened_on"},
)

quality_criteria = register(
    "quality_criteria",
    "质检标准",
    "Money",
    "One row per criterion of the quality check and day from which it holds.",
    column("criterion", "code", "Criterion", "评分项", required=True),
    column("weight", "decimal", "Weight in the score", "权重", required=True, exclusive_minimum=0),
    column("critical", "boolean", "A failure is a critical error", "致命"),
    column("pass_score", "decimal", "Score from which the item conforms, 0 to 100", "合格分", minimum=0, maximum=100),
    column("valid_from", "date", "First day it holds", "生效日期", required=True),
    column("enabled", "boolean", "Scored by; blank: yes", "启用"),
    key=("criterion", "valid_from"),
    restricted=True,
)

quality_appeals = register(
    "quality_appeals",
    "质检申诉",
    "Money",
    "One row per sample and instant of an appeal.",
    column("sample_code", "code", "Sample", "抽样编号", required=True, references="samples"),
    column("appealed_at", "timestamp", "Instant of the appeal", "申诉时间", required=True, past=True),
    column("staff_code", "code", "Who appeals", STAFF, required=True, references="staff"),
    column("reason", "text", "Why", "理由", required=True),
    column("outcome", "choice", "Decision; blank: open", "结果", choices={"upheld": "维持", "changed": "改判"}),
    key=("sample_code", "appealed_at"),
    foreign_keys={("sample_code",): "samples", ("staff_code",): "staff"},
    prefilled=("sample_code", "staff_code"),
    informative={
        "number": "序号",
        "subject": "质检对象",
        "when": "发生时间",
        "score_given": "质检得分",
        "failed": "未达标项",
        "appeal_until": "申诉截止",
        "seal": "校验码",
    },
)

quality_scores = register(
    "quality_scores",
    "质检评分",
    "Money",
    "One row per sample, reviewer and criterion.",
    column("sample_code", "code", "Sample", "抽样编号", required=True, references="samples"),
    column("reviewer", "code", "Staff number of the reviewer", "质检员工号", required=True, references="staff"),
    column("criterion", "code", "Criterion", "评分项", required=True),
    column("score", "decimal", "Score, 0 to 100", "得分", required=True, minimum=0, maximum=100),
    column("critical", "boolean", "Critical error found", "致命差错"),
    column("comment", "text", "Remark", "评语"),
    column("scored_at", "timestamp", "Instant of the score", "评分时间", required=True, past=True),
    key=("sample_code", "reviewer", "criterion"),
    foreign_keys={("sample_code",): "samples", ("reviewer",): "staff"},
    prefilled=("sample_code", "reviewer", "criterion"),
    shared=("scored_at",),
    sealed=("sample_code", "criterion"),
    informative={
        "number": "序号",
        "subject": "质检对象",
        "when": "发生时间",
        "what": "内容摘要",
        "to_judge": "评分要点",
        "weight_of_it": "权重分值",
        "note": "提示",
        "seal": "校验码",
    },
)
Index("quality_scores_scored_at_idx", quality_scores.c.scored_at)
