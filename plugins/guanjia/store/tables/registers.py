"""Registers of the data contract: communities, buildings, units, customers, occupancies, staff, roster, recipients."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Numeric, PrimaryKeyConstraint, Table, Text

from guanjia.store.tables.columns import column, metadata, register

COMMUNITY = ("小区编号", "项目编号")
UNIT = "房号"
CUSTOMER = "客户编号"
STAFF = "工号"

UNIT_USES = {
    "residential": "住宅",
    "shop": "商铺",
    "office": "办公",
    "parking": "车位",
    "storage": "储藏室",
    "basement": "地下室",
}
LANGUAGES = {"zh": ("中文", "汉语"), "en": ("英文", "英语")}
ROLES = {
    "agent": "客服",
    "technician": "维修",
    "inspector": "巡检",
    "reviewer": "质检",
    "team_leader": "班长",
    "supervisor": "主管",
    "manager": "经理",
    "department_head": "部门负责人",
    "general_manager": "总经理",
    "administration": "行政",
}

communities = register(
    "communities",
    "小区",
    "Registers",
    "One row per community (小区/项目) served.",
    column("community_code", "code", "Community code", COMMUNITY, required=True),
    column("community_name", "text", "Name people know it by", ("小区名称", "项目名称"), required=True),
    column("region", "text", "Region it is reported under", "区域"),
    column("city", "text", "City", "城市"),
    column(
        "working_calendar",
        "code",
        "Office calendar of the community; blank: office",
        "工作日历",
        references="calendars",
    ),
    column("developer_code", "code", "Customer who pays for unsold units", "开发商客户编号", references="customers"),
    key=("community_code",),
    foreign_keys={("developer_code",): "customers"},
)

buildings = register(
    "buildings",
    "楼栋",
    "Registers",
    "One row per building of a community.",
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("building_code", "code", "Building code, unique in its community", "楼栋编号", required=True),
    column("building_name", "text", "Name people know it by", "楼栋名称"),
    key=("community_code", "building_code"),
    foreign_keys={("community_code",): "communities"},
)

units = register(
    "units",
    "房屋",
    "Registers",
    "One row per unit (flat, shop, parking space …): its present state; former ones stand in unit_versions.",
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("building_code", "code", "Building", "楼栋编号", required=True, references="buildings"),
    column("unit_code", "code", "Unit code, unique in its community", UNIT, required=True),
    column("unit_use", "choice", "Use of the unit; decides its tariff", "用途", required=True, choices=UNIT_USES),
    column("area_m2", "decimal", "Chargeable area in m2", "收费面积", required=True, minimum=0),
    column("handover_date", "date", "Day the unit was handed over to its owner; blank: unsold", "交付日期"),
    column(
        "fit_out",
        "choice",
        "State of the fit-out",
        "装修状态",
        choices={"none": "未装修", "in_progress": "装修中", "done": "已装修"},
    ),
    column("valid_from", "date", "First day area and use hold; blank: from the beginning", "生效日期"),
    key=("community_code", "unit_code"),
    foreign_keys={("community_code", "building_code"): "buildings"},
    checks={"area_of_a_flat": "area_m2 > 0 OR unit_use IN ('parking', 'storage', 'basement')"},
)
Index("units_building_idx", units.c.community_code, units.c.building_code)

unit_versions = Table(
    "unit_versions",
    metadata,
    Column("community_code", Text, nullable=False, comment="Community"),
    Column("unit_code", Text, nullable=False, comment="Unit"),
    Column(
        "valid_from", Date, nullable=False, comment="First day this area and use hold; 0001-01-01: from the beginning"
    ),
    Column("unit_use", Text, nullable=False, comment="Use of the unit from that day"),
    Column("area_m2", Numeric, nullable=False, comment="Chargeable area in m2 from that day"),
    PrimaryKeyConstraint("community_code", "unit_code", "valid_from"),
    ForeignKeyConstraint(["community_code", "unit_code"], ["units.community_code", "units.unit_code"]),
    comment="One row per unit and day from which an area and use hold; bills use the one valid on each day.",
)

customers = register(
    "customers",
    "客户",
    "Registers",
    "One row per customer: owner, tenant, company or prospect.",
    column("customer_code", "code", "Customer code", CUSTOMER, required=True),
    column("customer_name", "text", "Name as the customer writes it", ("客户姓名", "客户名称"), required=True),
    column(
        "customer_type",
        "choice",
        "Kind of customer",
        "客户类型",
        required=True,
        choices={"owner": "业主", "tenant": "租户", "company": "单位", "prospect": "潜在客户"},
    ),
    column("phone", "phone", "Telephone number, digits", ("电话", "联系电话", "手机")),
    column("email", "email", "E-mail address", "邮箱"),
    column("service_start", "date", "Day our service for the customer began; blank: first occupancy", "服务开始日期"),
    column("do_not_call", "boolean", "No care or prospect calls", "免打扰"),
    column("vip", "boolean", "Customer who is told of first", "重点客户"),
    column("interested", "boolean", "Prospect with interest", "有意向"),
    column("dropped_reason", "text", "Why a prospect was dropped", "淘汰原因"),
    column("preferred_language", "choice", "Language of mails to the customer; blank: zh", "语言", choices=LANGUAGES),
    key=("customer_code",),
)

occupancies = register(
    "occupancies",
    "入住",
    "Registers",
    "One row per unit, customer, role and start: who lives in or owns a unit, and who pays, from when to when.",
    column("community_code", "code", "Community", COMMUNITY, required=True, references="communities"),
    column("unit_code", "code", "Unit", UNIT, required=True, references="units"),
    column("customer_code", "code", "Customer", CUSTOMER, required=True, references="customers"),
    column("role", "choice", "In which role", "身份", required=True, choices={"owner": "业主", "tenant": "租户"}),
    column("pays_fees", "boolean", "Pays the unit's fees on these days", "是否缴费人", required=True),
    column("start_date", "date", "First day", "开始日期", required=True),
    column("end_date", "date", "Last day included; blank: still", "结束日期"),
    key=("community_code", "unit_code", "customer_code", "role", "start_date"),
    foreign_keys={("community_code", "unit_code"): "units", ("customer_code",): "customers"},
    checks={"end_after_start": "end_date >= start_date"},
)

staff = register(
    "staff",
    "员工",
    "Registers",
    "One row per member of staff.",
    column("staff_code", "code", "Staff number", STAFF, required=True),
    column("staff_name", "text", "Name", ("员工姓名", "姓名"), required=True),
    column("login", "code", "Name of the person's Airflow user", "登录名"),
    column("team_code", "code", "Team", "班组"),
    column("team_from", "date", "Day the person joined the team", "入组日期"),
    column("role", "choice", "Post", "岗位", required=True, choices=ROLES),
    column("community_code", "code", "Community served; blank: all", COMMUNITY, references="communities"),
    column("department", "text", "Department", "部门"),
    column("email", "email", "E-mail address", "邮箱"),
    column("hired_on", "date", "First day employed", "入职日期"),
    column("left_on", "date", "Last day employed", "离职日期"),
    key=("staff_code",),
    foreign_keys={("community_code",): "communities"},
    checks={"left_after_hired": "left_on >= hired_on"},
    restricted=True,
)

roster = register(
    "roster",
    "排班",
    "Registers",
    "One row per member of staff and shift.",
    column("staff_code", "code", "Staff number", STAFF, required=True, references="staff"),
    column("shift_date", "date", "Day the shift begins on", "日期", required=True),
    column("starts_at", "shift_time", "Start of the shift", "上班", required=True),
    column(
        "ends_at",
        "shift_time",
        "End of the shift, exclusive; a time not later than the start is on the next day",
        "下班",
        required=True,
    ),
    column(
        "attendance",
        "choice",
        "Whether the person came",
        "出勤",
        choices={"planned": "计划", "present": "出勤", "absent": "缺勤", "leave": "请假"},
    ),
    column("logged_in_minutes", "integer", "Minutes logged in to the switch during the shift", "登录分钟", minimum=0),
    key=("staff_code", "shift_date", "starts_at"),
    foreign_keys={("staff_code",): "staff"},
    checks={"end_after_start": "ends_at > starts_at"},
)
Index("roster_ends_at_idx", roster.c.ends_at)
Index("roster_starts_at_idx", roster.c.starts_at)

report_recipients = register(
    "report_recipients",
    "报表收件人",
    "Registers",
    "One row per address, report and scope it is sent for.",
    column("email", "email", "E-mail address", "邮箱", required=True),
    column("recipient_name", "text", "Name of the recipient", "收件人姓名"),
    column(
        "report",
        "choice",
        "Which report",
        "报表",
        required=True,
        choices={
            "weekly": "周报",
            "daily": "日报",
            "monthly": "月报",
            "callback_list": "回访清单",
            "inspection_list": "巡检清单",
            "escalation": "升级",
            "intake": "入库",
            "billing": "出账",
        },
    ),
    column("scope", "text", "A community code, region:NAME, or company", "范围", required=True),
    column("language", "choice", "Language; blank: zh", "语言", choices=LANGUAGES),
    key=("email", "report", "scope"),
    restricted=True,
)
