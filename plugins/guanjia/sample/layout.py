"""Which files the sample writes and their columns, in order: the data contract's English names.

A test holds this against the contract itself. ``RESTRICTED`` datasets go to the subfolder ``restricted/``, as they
may be taken only from there. Results of what later pipelines plan (``callback_results``, ``inspection_results``,
``quality_scores``, ``quality_appeals``) have no file: their codes do not exist yet.
"""

from __future__ import annotations

from typing import Final

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    dataset: tuple(columns.split())
    for dataset, columns in {
        "communities": "community_code community_name region city working_calendar developer_code",
        "buildings": "community_code building_code building_name",
        "units": "community_code building_code unit_code unit_use area_m2 handover_date fit_out",
        "customers": "customer_code customer_name customer_type phone email service_start do_not_call vip interested "
        "dropped_reason preferred_language",
        "occupancies": "community_code unit_code customer_code role pays_fees start_date end_date",
        "staff": "staff_code staff_name login team_code team_from role community_code department email hired_on "
        "left_on",
        "roster": "staff_code shift_date starts_at ends_at attendance logged_in_minutes",
        "report_recipients": "email recipient_name report scope language",
        "cases": "case_code community_code unit_code customer_code kind area urgency fault_level justified "
        "feedback_class announced_outage channel department handler description opened_at booked_at",
        "case_events": "case_code event_at event staff_code note",
        "paid_services": "case_code line_no item quantity unit_price",
        "calls": "call_code started_at ended_at direction staff_code customer_code case_code queue_seconds answered",
        "vacancy_applications": "application_code community_code unit_code applied_on start_date end_date "
        "identity_checked "
        "water_reading electricity_reading ended_on",
        "fit_outs": "community_code unit_code stage start_date end_date",
        "found_property": "item_code found_at place item valuable claimed_at claimed_by",
        "home_visits": "visit_code visited_at community_code unit_code customer_code staff_code topic satisfaction "
        "comment "
        "signed",
        "device_checks": "staff_code checked_at device normal note",
        "key_loans": "loan_code community_code unit_code borrower borrowed_at returned_at",
        "tariffs": "tariff_code community_code charge_kind unit_use basis rate valid_from valid_to",
        "contracts": "contract_code community_code unit_code customer_code charge_kind amount_month amount_once "
        "start_date "
        "end_date",
        "meters": "meter_code community_code building_code unit_code utility multiplier apportion_by valid_from "
        "valid_to",
        "meter_readings": "meter_code read_on reading estimated",
        "payments": "payment_code received_on community_code unit_code payer amount method reference",
        "opening_balances": "community_code unit_code customer_code charge_kind due_on amount",
        "deposit_events": "contract_code event_on event amount note",
        "disputes": "dispute_code community_code unit_code customer_code opened_on closed_on note",
        "quality_criteria": "criterion weight critical pass_score valid_from",
        "settings": "setting community_code value valid_from",
    }.items()
}

RESTRICTED: Final = frozenset({"staff", "report_recipients", "tariffs", "quality_criteria", "settings"})
RESTRICTED_FOLDER: Final = "restricted"
