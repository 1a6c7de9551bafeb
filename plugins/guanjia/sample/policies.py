"""What the sample sets of the policies: when each community goes live, who approves bills, who gets which report, how
quality is scored.

All other policies are the shipped defaults.
"""

from __future__ import annotations

from collections.abc import Iterable

from guanjia.sample.company import COMPANY_NAME
from guanjia.sample.dates import MONTHS_A_YEAR, day_text, month_start
from guanjia.sample.model import CommunityPlan, Crew, Emit, History, Place, Row, Staff, yes_no
from guanjia.sample.workforce import APPROVER

ALL_REPORTS = ("weekly", "daily", "monthly")
COMMUNITY_REPORTS = {
    "manager": ("weekly", "daily", "monthly", "escalation", "inspection_list", "callback_list"),
    "supervisor": ("weekly", "daily", "callback_list"),
}
HEAD_OFFICE_REPORTS = {
    "general_manager": ("weekly", "monthly"),
    "manager": ("weekly", "daily", "monthly", "escalation", "billing"),
    "supervisor": ("weekly", "daily", "intake"),
    "administration": ("intake", "billing"),
}
REGION_ROLE = "department_head"
REGION_REPORTS = ALL_REPORTS
COMPANY = "company"
PAYMENT_NOTE = f"可到服务中心缴费，或转账至{COMPANY_NAME}，示例银行 6200 0000 0000 0000。"
ENGLISH_ROLES = frozenset({"department_head"})

QUALITY_CRITERIA = (
    ("规范开场与问候", 10, False),
    ("自我介绍", 10, False),
    ("倾听不抢话", 15, False),
    ("使用普通话", 10, False),
    ("准确记录诉求", 20, False),
    ("解答正确", 20, True),
    ("不推诿不归咎系统", 10, True),
    ("礼貌结束语", 5, False),
)
PASS_SCORE = 80
QUALITY_SINCE_MONTHS = MONTHS_A_YEAR


def emit_company(history: History, plans: list[CommunityPlan], head_office: Crew, emit: Emit) -> None:
    """The head office's report recipients, who approves bills, and the quality criteria."""
    rows: list[Row] = []
    regions = dict.fromkeys(plan.region for plan in plans)
    for person in _present(head_office, history):
        rows.extend(_recipient_rows(person, HEAD_OFFICE_REPORTS.get(person.role, ()), [COMPANY]))
        if person.role == REGION_ROLE:
            rows.extend(_recipient_rows(person, REGION_REPORTS, [f"region:{region}" for region in regions]))
    emit("report_recipients", rows)
    since = day_text(month_start(history.first_month - QUALITY_SINCE_MONTHS))
    first = day_text(month_start(history.first_month))
    emit(
        "settings",
        [
            ("billing_approvers", None, APPROVER.login, first),
            ("company_name", None, COMPANY_NAME, first),
            ("billing_payment_note", None, PAYMENT_NOTE, first),
        ],
    )
    emit(
        "quality_criteria",
        [(name, weight, yes_no(is_critical), PASS_SCORE, since) for name, weight, is_critical in QUALITY_CRITERIA],
    )


def emit(place: Place, emit_rows: Emit) -> None:
    """The community's own report recipients and the day it goes live."""
    rows: list[Row] = []
    for person in _present(place.crew, place.history):
        rows.extend(_recipient_rows(person, COMMUNITY_REPORTS.get(person.role, ()), [place.code]))
    emit_rows("report_recipients", rows)
    live_from = day_text(place.plan.live_from)
    contact = f"{place.plan.name}服务中心前台，每天 8:30–18:00"
    emit_rows(
        "settings",
        [("live_from", place.code, live_from, live_from), ("billing_contact", place.code, contact, live_from)],
    )


def _present(crew: Crew, history: History) -> list[Staff]:
    return [person for person in crew.members if person.is_employed_on(history.last)]


def _recipient_rows(person: Staff, reports: Iterable[str], scopes: list[str]) -> list[Row]:
    language = "en" if person.role in ENGLISH_ROLES else "zh"
    return [(person.email, person.name, report, scope, language) for report in reports for scope in scopes]
