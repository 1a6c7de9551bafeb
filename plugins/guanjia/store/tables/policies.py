"""Policies: calendars, deadlines, ladders, rules and settings, kept as data (data contract, chapter Policies)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from guanjia.store.tables.columns import column, metadata, register
from guanjia.store.tables.registers import COMMUNITY, ROLES
from guanjia.store.tables.service import AREAS, CASE_KINDS, URGENCIES

MILESTONES = {
    "answer": "答复",
    "response": "响应",
    "contact": "联系",
    "visit": "上门",
    "arrival": "到场",
    "back_on_site": "返场",
    "tell_superior": "上报",
    "outcome": "结果反馈",
    "restored": "恢复",
}

calendars = register(
    "calendars",
    "工作日历",
    "Policies",
    "One row per calendar, weekday and interval of working hours.",
    column("calendar_code", "code", "Calendar", "日历编号", required=True),
    column("weekday", "integer", "Weekday, 1 = Monday … 7 = Sunday", "星期", required=True, minimum=1, maximum=7),
    column("opens_at", "clock", "Start of the interval, local time", "开始", required=True),
    column("closes_at", "clock", "End of the interval, exclusive, local time; 24:00 allowed", "结束", required=True),
    column("time_zone", "text", "IANA time zone; blank: Asia/Shanghai", "时区"),
    column(
        "holidays",
        "choice",
        "Which published holidays hold",
        "节假日",
        required=True,
        choices={"cn": "中国法定节假日", "none": "无"},
    ),
    key=("calendar_code", "weekday", "opens_at"),
    checks={"closes_after_opens": "closes_at > opens_at"},
    restricted=True,
)

calendar_days = register(
    "calendar_days",
    "日历例外",
    "Policies",
    "One row per calendar, day and interval that differs from the calendar's weekday and the published holidays.",
    column("calendar_code", "code", "Calendar", "日历编号", required=True, references="calendars"),
    column("day", "date", "Day", "日期", required=True),
    column("is_working", "boolean", "Worked on that day", "是否工作日", required=True),
    column("opens_at", "clock", "Start of the interval; blank: the weekday's hours", "开始"),
    column("closes_at", "clock", "End of the interval, exclusive; 24:00 allowed", "结束"),
    column("note", "text", "Why", "说明"),
    key=("calendar_code", "day", "opens_at"),
    checks={
        "closes_after_opens": "closes_at > opens_at",
        "both_or_none": "(opens_at IS NULL) = (closes_at IS NULL)",
    },
    restricted=True,
)

published_holidays = Table(
    "published_holidays",
    metadata,
    Column("day", Date, nullable=False, comment="Day"),
    Column("is_working", Boolean, nullable=False, comment="Worked: true on a make-up day, false on a day off"),
    Column("name", Text, nullable=False, comment="Holiday it belongs to"),
    Column("source", Text, nullable=False, comment="Notice of the State Council it stands in"),
    PrimaryKeyConstraint("day"),
    comment="One row per day on which the official Chinese calendar differs from the weekday (shipped).",
)

published_years = Table(
    "published_years",
    metadata,
    Column(
        "year",
        Integer,
        nullable=False,
        comment="Calendar year whose notice is known; deadlines beyond the last are provisional",
    ),
    Column("source", Text, nullable=False, comment="Notice of the State Council"),
    PrimaryKeyConstraint("year"),
    comment="One row per year whose official holidays are loaded.",
)

deadline_policies = register(
    "deadline_policies",
    "时限规则",
    "Policies",
    "One row per deadline policy and day from which it holds.",
    column("policy_code", "code", "Policy", "规则编号", required=True),
    column("community_code", "code", "Community; blank: all", COMMUNITY, references="communities"),
    column("kind", "choice", "Kind of case", "类型", required=True, choices=CASE_KINDS),
    column("area", "choice", "Area; blank: any", "区域类型", choices=AREAS),
    column("urgency", "choice", "Urgency; blank: any", "紧急程度", choices=URGENCIES),
    column("fault_level", "integer", "Fault level; blank: any", "故障等级", minimum=1, maximum=4),
    column("milestone", "choice", "Deadline it sets", "时限", required=True, choices=MILESTONES),
    column(
        "starts",
        "code_list",
        "opened_at, booked_at or events, comma-separated; the first that exists starts the clock",
        "起算",
        required=True,
    ),
    column("booking", "boolean", "Only with (yes) or without (no) a booking; blank: both", "预约"),
    column("met_by", "code_list", "Events that meet it, comma-separated", "完成", required=True),
    column("needs_event", "code_list", "Event without which there is no such deadline", "前提"),
    column("budget", "decimal", "Budget in budget_unit", "时长", required=True, minimum=0),
    column(
        "budget_unit",
        "choice",
        "Unit of the budget",
        "单位",
        required=True,
        choices={"minutes": "分钟", "seconds": "秒", "working_days": "工作日", "working_days_end": "工作日末"},
    ),
    column("calendar", "code", "office (the community's), round_the_clock, or a calendar", "日历", required=True),
    column("pauses", "boolean", "The clock stops while the case waits for the customer", "可暂停", required=True),
    column("valid_from", "date", "First day it holds", "生效日期", required=True),
    column("valid_to", "date", "Last day it holds, included; blank: open", ("截止日期", "失效日期")),
    column("enabled", "boolean", "In force; blank: yes", "启用"),
    key=("policy_code", "valid_from"),
    foreign_keys={("community_code",): "communities"},
    checks={"to_after_from": "valid_to >= valid_from"},
    restricted=True,
)

escalation_steps = register(
    "escalation_steps",
    "升级规则",
    "Policies",
    "One row per step of an escalation ladder and the role it tells.",
    column("step_code", "code", "Step", "步骤编号", required=True),
    column("policy_code", "code", "Deadline policy; blank: all", "规则编号"),
    column("kind", "choice", "Kind of case; blank: any", "类型", choices=CASE_KINDS),
    column("urgency", "choice", "Urgency; blank: any", "紧急程度", choices=URGENCIES),
    column(
        "level",
        "integer",
        "Level, -1 = told at once, 0 = early warning, 1 … 4",
        "级别",
        required=True,
        minimum=-1,
        maximum=9,
    ),
    column(
        "offset_kind",
        "choice",
        "What the offset counts from",
        "起点",
        required=True,
        choices={
            "percent_of_budget": "时长百分比",
            "minutes_after_due": "到期后分钟",
            "minutes_after_start": "起算后分钟",
            "at_once": "立即",
        },
    ),
    column("offset", "decimal", "Percent or minutes", "偏移", required=True, minimum=0),
    column("calendar", "code", "deadline (its own), office, round_the_clock, or a calendar", "日历", required=True),
    column("role", "choice", "Who is told", "岗位", required=True, choices={"handler": "处理人"} | ROLES),
    key=("step_code",),
    restricted=True,
)

callback_rules = register(
    "callback_rules",
    "回访规则",
    "Policies",
    "One row per rule that makes a callback due.",
    column("rule_code", "code", "Rule", "规则编号", required=True),
    column(
        "trigger",
        "choice",
        "What makes it due",
        "触发",
        required=True,
        choices={
            "repair_resolved": "报修完成",
            "complaint_answered": "投诉答复",
            "correction_resolved": "整改完成",
            "care": "关怀",
            "prospect": "潜在客户",
            "year_end": "年终",
            "paid_service_done": "有偿服务完成",
            "reception_day": "经理接待日",
            "mailbox": "经理信箱",
            "committee": "业委会",
        },
    ),
    column("delay_hours", "decimal", "Hours after the trigger before which it is not made", "延后", minimum=0),
    column("window_working_days", "integer", "Working days within which it is made", "期限", required=True, minimum=0),
    column("repeat", "text", "Blank, a number of days, month, quarter or year", "周期"),
    column(
        "customer_type",
        "choice",
        "Kind of customer; blank: any",
        "客户类型",
        choices={"owner": "业主", "tenant": "租户", "company": "单位", "prospect": "潜在客户"},
    ),
    column("min_service_days", "integer", "Days of service from which it holds, inclusive", "最少服务天数", minimum=0),
    column("max_service_days", "integer", "Days of service up to which it holds, exclusive", "最多服务天数", minimum=0),
    column("month", "integer", "Month of the year; blank: any", "月份", minimum=1, maximum=12),
    column("priority", "integer", "Lower is called first", "优先级", required=True),
    column("max_attempts", "integer", "Attempts before it is given up", "次数", required=True, minimum=1),
    column("enabled", "boolean", "In force; blank: yes", "启用"),
    key=("rule_code",),
    restricted=True,
)

sampling_policies = register(
    "sampling_policies",
    "抽检规则",
    "Policies",
    "One row per policy for drawing quality samples.",
    column("policy_code", "code", "Policy", "规则编号", required=True),
    column(
        "subject_kind", "choice", "What is sampled", "对象", required=True, choices={"call": "通话", "case": "工单"}
    ),
    column("minimum_per_agent", "integer", "Items per agent and week at least", "每人最少", required=True, minimum=0),
    column(
        "random_share",
        "decimal",
        "Share of the sample drawn at random, 0 to 1",
        "随机比例",
        required=True,
        minimum=0,
        maximum=1,
    ),
    column("double_share", "decimal", "Share scored twice, 0 to 1", "双评比例", required=True, minimum=0, maximum=1),
    column("aql", "decimal", "Acceptance quality limit, percent", "接收质量限", minimum=0),
    column("inspection_level", "text", "Inspection level", "检验水平"),
    column("weight_complaint", "decimal", "Risk weight of a complaint", "投诉权重", minimum=0),
    column("weight_dissatisfied", "decimal", "Risk weight of a dissatisfied callback", "不满意权重", minimum=0),
    column("weight_reopened", "decimal", "Risk weight of a reopened case", "重开权重", minimum=0),
    column("weight_new_agent", "decimal", "Risk weight of an agent of 90 days or less", "新人权重", minimum=0),
    key=("policy_code",),
    restricted=True,
)

settings = register(
    "settings",
    "参数",
    "Policies",
    "One row per setting, community and day from which the value holds.",
    column("setting", "code", "Name of the setting", "参数", required=True),
    column("community_code", "code", "Community; blank: all", COMMUNITY, references="communities"),
    column("value", "text", "Value", "值", required=True),
    column("valid_from", "date", "First day it holds; blank: from the beginning", "生效日期"),
    key=("setting", "community_code", "valid_from"),
    foreign_keys={("community_code",): "communities"},
    restricted=True,
)

for _table, _day in ((calendars, "weekday"), (calendar_days, "day")):
    _table.append_constraint(
        ExcludeConstraint(
            (_table.c.calendar_code, "="),
            (_table.c[_day], "="),
            (text("int4range(EXTRACT(EPOCH FROM opens_at)::int, EXTRACT(EPOCH FROM closes_at)::int)"), "&&"),
            name=f"{_table.name}_hours_overlap_excl",
            using="gist",
        )
    )
Index("deadline_policies_kind_idx", deadline_policies.c.kind)
