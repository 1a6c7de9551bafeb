"""Service: cases and what happens to them, calls, visits, inspections and things kept (data contract)."""

from __future__ import annotations

from sqlalchemy import Index

from guanjia.store.tables.columns import column, register
from guanjia.store.tables.registers import COMMUNITY, CUSTOMER, STAFF, UNIT

CASE = "工单号"
CASE_KINDS = {
    "repair": "报修",
    "complaint": "投诉",
    "enquiry": "咨询",
    "suggestion": "建议",
    "system_fault": "系统故障",
}
AREAS = {"in_home": "入户", "public": "公共"}
URGENCIES = {"ordinary": "普通", "urgent": "紧急", "major": "重大", "emergency": "突发"}
CASE_EVENTS = {
    "assigned": "派单",
    "answered": "回复",
    "arrived": "到场",
    "assessment": "需技术评审",
    "back_on_site": "返场",
    "cannot_solve": "无法处理",
    "told_superior": "上报",
    "paused": "挂起",
    "resumed": "恢复",
    "resolved": "完成",
    "closed": "关闭",
    "reopened": "重开",
    "report_outcome": "反馈结果",
}

cases = register(
    "cases",
    "工单",
    "Service",
    "One row per case: work order, complaint, enquiry, suggestion or system fault.",
    column("case_code", "code", "Case code", CASE, required=True),
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("unit_code", "code", "Unit concerned", UNIT, references="units"),
    column("customer_code", "code", "Customer who turned to us", CUSTOMER, references="customers"),
    column("kind", "choice", "What the case is", "类型", required=True, choices=CASE_KINDS),
    column("area", "choice", "In the home or in the public area", "区域类型", choices=AREAS),
    column("urgency", "choice", "How urgent", "紧急程度", required=True, choices=URGENCIES),
    column("fault_level", "integer", "Level of a system fault, 1 to 4", "故障等级", minimum=1, maximum=4),
    column("justified", "boolean", "Complaint found justified", "是否合理"),
    column(
        "feedback_class",
        "choice",
        "Class of the feedback for the weekly summary",
        "反馈分类",
        choices={
            "market_demand": "市场需求",
            "system_problem": "系统问题",
            "market_complaint": "市场投诉",
            "handed_on": "转交问题",
        },
    ),
    column("announced_outage", "boolean", "Concerns an outage announced before", "已公告故障"),
    column("channel", "text", "How it reached us", "渠道"),
    column("department", "text", "Department responsible", "责任部门"),
    column("handler", "code", "Staff number of the handler", "处理人", references="staff"),
    column("description", "text", "What the customer wants", "内容"),
    column("opened_at", "timestamp", "Instant the case was opened", "受理时间", required=True, past=True),
    column("booked_at", "timestamp", "Instant booked for the visit", "预约时间"),
    key=("case_code",),
    foreign_keys={
        ("community_code",): "communities",
        ("community_code", "unit_code"): "units",
        ("customer_code",): "customers",
        ("handler",): "staff",
    },
)
Index("cases_opened_at_idx", cases.c.opened_at)
Index("cases_complaints_idx", cases.c.case_code, postgresql_where=cases.c.kind == "complaint")

case_events = register(
    "case_events",
    "工单动态",
    "Service",
    "One row per case, instant and event.",
    column("case_code", "code", "Case", CASE, required=True, references="cases"),
    column("event_at", "timestamp", "Instant of the event", "时间", required=True, past=True),
    column("event", "choice", "What happened", "动作", required=True, choices=CASE_EVENTS),
    column("staff_code", "code", "Who did it; for assigned: to whom", STAFF, references="staff"),
    column("note", "text", "Remark", "说明"),
    key=("case_code", "event_at", "event"),
    foreign_keys={("case_code",): "cases", ("staff_code",): "staff"},
)
Index("case_events_event_at_idx", case_events.c.event_at)
Index(
    "case_events_reopened_idx",
    case_events.c.case_code,
    case_events.c.event_at,
    postgresql_where=case_events.c.event == "reopened",
)

paid_services = register(
    "paid_services",
    "有偿服务",
    "Service",
    "One row per case and line of a paid visit.",
    column("case_code", "code", "Case", CASE, required=True, references="cases"),
    column("line_no", "integer", "Number of the line", "序号", required=True, minimum=1),
    column("item", "text", "What was done or supplied", "项目", required=True),
    column("quantity", "decimal", "Quantity", "数量", required=True, exclusive_minimum=0),
    column("unit_price", "decimal", "Price of one, yuan", "单价", required=True, minimum=0, places=2),
    key=("case_code", "line_no"),
    foreign_keys={("case_code",): "cases"},
)

calls = register(
    "calls",
    "通话",
    "Service",
    "One row per telephone call.",
    column("call_code", "code", "Number of the call at the switch", "流水号", required=True),
    column("started_at", "timestamp", "Start", "开始", required=True, past=True),
    column("ended_at", "timestamp", "End", "结束", required=True, past=True),
    column("direction", "choice", "To us or from us", "方向", required=True, choices={"in": "呼入", "out": "呼出"}),
    column("staff_code", "code", "Agent", STAFF, required=True, references="staff"),
    column("customer_code", "code", "Customer", CUSTOMER, references="customers"),
    column("case_code", "code", "Case it concerned", CASE, references="cases"),
    column("queue_seconds", "integer", "Seconds waited in the queue", "排队秒数", minimum=0),
    column("answered", "boolean", "Somebody took it", "是否接通", required=True),
    key=("call_code",),
    foreign_keys={("staff_code",): "staff", ("customer_code",): "customers", ("case_code",): "cases"},
    checks={"end_after_start": "date_trunc('minute', ended_at) >= date_trunc('minute', started_at)"},
)
Index("calls_started_at_idx", calls.c.started_at)

callback_results = register(
    "callback_results",
    "回访结果",
    "Service",
    "One row per callback and attempt.",
    column("callback_code", "code", "Planned callback", "回访编号", required=True, references="callbacks"),
    column("attempted_at", "timestamp", "Instant of the attempt", "回访时间", required=True, past=True),
    column(
        "outcome",
        "choice",
        "How it went",
        "结果",
        required=True,
        choices={
            "reached": "接通",
            "no_answer": "无人接听",
            "busy": "占线",
            "wrong_number": "错号",
            "refused": "拒访",
            "call_later": "约定再访",
        },
    ),
    column("call_later_at", "timestamp", "Instant the customer asked for", "约定时间"),
    column("satisfaction", "integer", "Satisfaction, 1 to 5", "满意度", minimum=1, maximum=5),
    column("comment", "text", "What the customer said", "意见"),
    column("staff_code", "code", "Agent", STAFF, required=True, references="staff"),
    key=("callback_code", "attempted_at"),
    foreign_keys={("callback_code",): "callbacks", ("staff_code",): "staff"},
    prefilled=("callback_code", "staff_code"),
    informative={
        "number": "序号",
        "customer": "客户",
        "telephone": "联系电话",
        "place": "小区房号",
        "time": "拨打时段",
        "reason": "回访事由",
        "history": "历史记录",
        "note": "提示",
        "seal": "校验码",
    },
)
Index("callback_results_attempted_at_idx", callback_results.c.attempted_at)

vacancy_applications = register(
    "vacancy_applications",
    "空置申请",
    "Service",
    "One row per owner's registration of a vacant unit; whether it is accepted the vacancy pipeline decides.",
    column("application_code", "code", "Application code", "申请编号", required=True),
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("unit_code", "code", "Unit", UNIT, required=True, references="units"),
    column("applied_on", "date", "Day of the application", "申请日期", required=True, past=True),
    column("start_date", "date", "First day vacant", "开始日期", required=True),
    column("end_date", "date", "Last day vacant, included", "结束日期", required=True),
    column("identity_checked", "boolean", "Identity of the owner was checked", "身份核验", required=True),
    column("water_reading", "decimal", "Water meter at the start, t", "水表底数", required=True, minimum=0),
    column(
        "electricity_reading", "decimal", "Electricity meter at the start, kWh", "电表底数", required=True, minimum=0
    ),
    column("ended_on", "date", "Last day when ended early", "提前终止日期"),
    key=("application_code",),
    foreign_keys={("community_code", "unit_code"): "units"},
    checks={"end_after_start": "end_date >= start_date"},
)

inspection_results = register(
    "inspection_results",
    "巡检结果",
    "Service",
    "One row per planned inspection and visit.",
    column("inspection_code", "code", "Planned inspection", "巡检编号", required=True, references="inspections"),
    column("inspected_at", "timestamp", "Instant of the visit", "时间", required=True, past=True),
    column("staff_code", "code", "Inspector", STAFF, required=True, references="staff"),
    column("entered", "boolean", "The unit was entered", "是否入户", required=True),
    column("valves_off", "boolean", "Valves and breakers found off", "水电已关"),
    column("installations_ok", "boolean", "Installations in order", "设施"),
    column("hygiene_ok", "boolean", "Hygiene in order", "卫生"),
    column("structure_ok", "boolean", "Building quality in order", "房屋质量"),
    column("water_reading", "decimal", "Water meter, t", "水表读数", minimum=0),
    column("electricity_reading", "decimal", "Electricity meter, kWh", "电表读数", minimum=0),
    column("finding", "text", "What was found amiss", "异常说明"),
    key=("inspection_code", "inspected_at"),
    foreign_keys={("inspection_code",): "inspections", ("staff_code",): "staff"},
    prefilled=("inspection_code", "staff_code"),
    informative={
        "number": "序号",
        "community": "小区",
        "building": "楼栋",
        "unit": "房号",
        "to_check": "检查要点",
        "stages": "装修阶段",
        "note": "提示",
        "last_water": "上次水表",
        "last_electricity": "上次电表",
    },
)

fit_outs = register(
    "fit_outs",
    "装修",
    "Service",
    "One row per unit and stage of its fit-out.",
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("unit_code", "code", "Unit", UNIT, required=True, references="units"),
    column(
        "stage",
        "choice",
        "Stage of the work",
        "阶段",
        required=True,
        choices={
            "utilities": "水电",
            "carpentry": "木工",
            "painting": "油漆",
            "tiling": "贴砖",
            "flooring": "木地板",
            "installation": "安装",
        },
    ),
    column("start_date", "date", "First day of the stage", "开始日期", required=True),
    column("end_date", "date", "Last day of the stage, included", "结束日期"),
    key=("community_code", "unit_code", "stage", "start_date"),
    foreign_keys={("community_code", "unit_code"): "units"},
    checks={"end_after_start": "end_date >= start_date"},
)

found_property = register(
    "found_property",
    "拾遗",
    "Service",
    "One row per thing found.",
    column("item_code", "code", "Code of the thing", "编号", required=True),
    column("found_at", "timestamp", "Instant it was found", "拾遗时间", required=True, past=True),
    column("place", "text", "Where", "地点"),
    column("item", "text", "What", "物品", required=True),
    column("valuable", "boolean", "Money, phone or other valuable", "贵重", required=True),
    column("claimed_at", "timestamp", "Instant it was handed out", "认领时间", past=True),
    column("claimed_by", "text", "To whom", "认领人"),
    key=("item_code",),
    checks={"claimed_after_found": "date_trunc('minute', claimed_at) >= date_trunc('minute', found_at)"},
)

home_visits = register(
    "home_visits",
    "走访",
    "Service",
    "One row per home visit.",
    column("visit_code", "code", "Visit code", "走访编号", required=True),
    column("visited_at", "timestamp", "Instant of the visit", "时间", required=True, past=True),
    column("community_code", "code", "Community", COMMUNITY, references="communities"),
    column("unit_code", "code", "Unit", UNIT, references="units"),
    column("customer_code", "code", "Customer visited", CUSTOMER, references="customers"),
    column("staff_code", "code", "Who visited", STAFF, required=True, references="staff"),
    column(
        "topic",
        "choice",
        "Topic",
        "主题",
        required=True,
        choices={"safety": "安全", "cleaning": "清洁绿化", "engineering": "工程", "other": "其他"},
    ),
    column("satisfaction", "integer", "Satisfaction, 1 to 5", "满意度", minimum=1, maximum=5),
    column("comment", "text", "What was said", "意见"),
    column("signed", "boolean", "The visited person signed", "签字"),
    key=("visit_code",),
    foreign_keys={
        ("community_code",): "communities",
        ("community_code", "unit_code"): "units",
        ("customer_code",): "customers",
        ("staff_code",): "staff",
    },
)

device_checks = register(
    "device_checks",
    "设备检查",
    "Service",
    "One row per person, instant and device checked at the start of a shift.",
    column("staff_code", "code", "Who checked", STAFF, required=True, references="staff"),
    column("checked_at", "timestamp", "Instant of the check", "时间", required=True, past=True),
    column(
        "device",
        "choice",
        "Device",
        "设备",
        required=True,
        choices={"computer": "电脑", "phone": "电话", "printer": "打印机", "fax": "传真机", "server": "服务器"},
    ),
    column("normal", "boolean", "In order", "正常", required=True),
    column("note", "text", "Remark", "说明"),
    key=("staff_code", "checked_at", "device"),
    foreign_keys={("staff_code",): "staff"},
)

key_loans = register(
    "key_loans",
    "钥匙借用",
    "Service",
    "One row per key lent.",
    column("loan_code", "code", "Loan code", "借用编号", required=True),
    column("community_code", "code", "Community", COMMUNITY, references="communities"),
    column("unit_code", "code", "Unit the key belongs to", UNIT, references="units"),
    column("borrower", "text", "Who borrowed it", "借用人", required=True),
    column("borrowed_at", "timestamp", "Instant it was lent", "借出时间", required=True, past=True),
    column("returned_at", "timestamp", "Instant it came back", "归还时间", past=True),
    key=("loan_code",),
    foreign_keys={("community_code",): "communities", ("community_code", "unit_code"): "units"},
    checks={"returned_after_borrowed": "date_trunc('minute', returned_at) >= date_trunc('minute', borrowed_at)"},
)
