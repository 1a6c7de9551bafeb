"""Codes of the database in the visitor's words: states, kinds, roles, milestones, reasons."""

from __future__ import annotations

from collections.abc import Mapping

from guanjia.count_words import COUNTS
from guanjia.gate_words import SUITES
from guanjia.i18n import N_, gettext_for, normalised
from guanjia.pipelines.scheduled_callbacks.state_words import WORDS as CALLBACK_WORDS
from guanjia.store.tables import datasets

_OWN: Mapping[str, Mapping[str, str]] = {
    "run_state": {
        "running": N_("under way"),
        "succeeded": N_("succeeded"),
        "failed": N_("failed"),
        "waiting": N_("waits for a person"),
    },
    "mail_state": {
        "pending": N_("to be sent"),
        "sending": N_("being sent"),
        "sent": N_("sent"),
        "failed": N_("failed"),
        "unknown": N_("fate unknown"),
    },
    "attempt_outcome": {
        "sent": N_("taken"),
        "later": N_("refused for now"),
        "failed": N_("refused"),
        "unknown": N_("no answer"),
    },
    "resolution": {"sent": N_("counts as sent"), "resend": N_("sent again")},
    "pipeline": {
        "intake": N_("Intake"),
        "overdue_escalations": N_("Overdue escalations"),
        "mail_delivery": N_("Mail delivery"),
        "confirm_changes": N_("Confirmation of changes"),
        "vacancy_inspections": N_("Vacancy inspections"),
        "severe_weather_inspection": N_("Severe weather inspection"),
        "fee_billing": N_("Fee billing"),
        "fee_collection": N_("Fee collection"),
        "payments": N_("Payments"),
        "scheduled_callbacks": N_("Scheduled callbacks"),
        "callback_results": N_("Callback results"),
        "quality_sampling": N_("Quality-check sampling"),
        "quality_results": N_("Quality-check results"),
        "weekly_report": N_("Weekly report"),
        "daily_report": N_("Daily report"),
        "monthly_report": N_("Monthly report"),
        "custody": N_("Things kept"),
    },
    "callback_view": {
        "open": N_("all that are open"),
        "waiting": N_("waiting, on no list"),
        "warned": N_("would miss their window"),
        "past": N_("window past, still open"),
        "manager": N_("manager's list"),
        "mail": N_("by mail"),
        "reached": N_("reached"),
        "unreached": N_("not reached"),
        "refused": N_("did not want to talk"),
        "cancelled": N_("called off"),
        "over": N_("all that ended"),
    },
    "inspection_plan": {
        "monthly": N_("vacant unit"),
        "basement": N_("basement"),
        "rain": N_("heavy rain"),
        "severe_weather": N_("severe weather"),
        "fit_out": N_("fit-out visit"),
        "spot_check": N_("spot check"),
    },
    "inspection_state": {
        "planned": N_("planned"),
        "done": N_("inspected"),
        "not_entered": N_("not entered"),
        "missed": N_("missed"),
        "cancelled": N_("cancelled"),
    },
    "inspection_view": {
        "open": N_("still to be made"),
        "not_entered": N_("not entered"),
        "missed": N_("missed"),
        "done": N_("inspected"),
        "cancelled": N_("cancelled"),
        "all": N_("all of them"),
    },
    "vacancy_reason": {
        "unsold": N_("unsold"),
        "not_fitted_out": N_("handed over, not fitted out"),
        "registered": N_("registered as vacant"),
    },
    "refusal_reason": {
        "too_short": N_("not longer than the minimum"),
        "identity_not_checked": N_("identity not checked"),
        "no_meter_reading": N_("a meter reading is missing"),
        "overlapping": N_("overlaps an accepted registration"),
    },
    "cancelled_reason": {
        "vacancy_ended": N_("the vacancy ended"),
        "fit_out_ended": N_("the stage of the fit-out ended"),
    },
    "verdict": {
        "before_plan": N_("does not count: before its time"),
        "already_done": N_("does not count: entered before"),
        "after_close": N_("does not count: after its time"),
        "cancelled": N_("does not count: cancelled"),
        "by_leaver": N_("does not count: not employed that day"),
    },
    "billing_state": {
        "draft": N_("draft"),
        "checked": N_("checked"),
        "awaiting_approval": N_("awaits approval"),
        "approved": N_("approved"),
        "posted": N_("posted"),
        "rejected": N_("rejected"),
        "superseded": N_("superseded"),
        "reversed": N_("reversed"),
    },
    "billing_kind": {
        "billing": N_("bills of the month"),
        "opening": N_("balances from before"),
        "reversal": N_("reversal"),
    },
    "billing_step": {
        "drafted": N_("drafted"),
        "checked": N_("passed its gates"),
        "shown": N_("approval asked for"),
        "overdue_told": N_("approvers reminded: it waits too long"),
        "approved": N_("approved"),
        "rejected": N_("rejected"),
        "posted": N_("posted to the books"),
        "reversed": N_("reversed as a whole"),
    },
    "bill_state": {
        "draft": N_("draft"),
        "posted": N_("unpaid"),
        "part_paid": N_("paid in part"),
        "paid": N_("settled"),
        "reversed": N_("reversed"),
    },
    "letter_state": {
        "planned": N_("not out yet"),
        "sent": N_("sent"),
        "printed": N_("printed"),
        "cancelled": N_("cancelled"),
    },
    "age": {
        "not_yet_due": N_("not yet due"),
        "days_0_30": N_("0–30 days"),
        "days_31_90": N_("31–90 days"),
        "days_91_180": N_("91–180 days"),
        "days_181_365": N_("181–365 days"),
        "days_over_365": N_("over 365 days"),
    },
    "deadline_state": {
        "running": N_("running"),
        "paused": N_("paused"),
        "met": N_("met in time"),
        "met_late": N_("met late"),
        "cancelled": N_("cancelled"),
    },
    "place": {
        "inbox": N_("the inbox"),
        "restricted": N_("the restricted inbox"),
        "command": N_("the command"),
    },
    "sheet_outcome": {
        "ignored": N_("ignored"),
        "refused": N_("refused"),
        "known": N_("loaded before"),
    },
    "reject_state": {
        "open": N_("open"),
        "taken_in": N_("taken in"),
        "dismissed": N_("replaced by a later file"),
        "all": N_("all of them"),
    },
    "change_state": {
        "pending": N_("to be confirmed"),
        "confirmed": N_("confirmed"),
        "declined": N_("rejected"),
        "superseded": N_("replaced by a later one"),
    },
    "reason": {},
    "mail_kind": {
        "escalation_digest": N_("escalation digest"),
        "escalation_emergency": N_("emergency"),
        "escalation_stand_down": N_("stood down"),
        "escalation_unfilled": N_("posts nobody fills"),
        "shift_handover": N_("shift handover"),
        "intake_receipt": N_("intake receipt"),
        "inspection_worklist": N_("inspection list"),
        "spot_check_list": N_("spot checks"),
        "inspection_finding": N_("inspection finding"),
        "inspection_plan": N_("month's inspection plan"),
        "inspection_event": N_("severe weather"),
        "inspection_missed": N_("missed inspections"),
        "inspection_notes": N_("remarks on inspections"),
        "vacancy_registration": N_("vacancy registration"),
        "vacancy_reminder": N_("vacancy about to end"),
        "callback_worklist": N_("callback list"),
        "callback_withdrawn": N_("callbacks given to others"),
        "callback_manager_list": N_("manager's callback list"),
        "callback_letter": N_("letter to a customer"),
        "callback_warning": N_("callbacks that would be late"),
        "callback_report": N_("callbacks of the day"),
        "callback_conflict": N_("conflicting callback results"),
        "callback_form_edited": N_("changed callback forms"),
        "callback_case": N_("case from a callback"),
        "reception_notice": N_("notice of the reception day"),
        "reception_invitation": N_("invitation to the reception day"),
        "reception_reminder": N_("reminder of the reception day"),
        "mailbox_reminder": N_("reminder of the mailbox"),
        "committee_notice": N_("notice of the committee meeting"),
        "committee_reminder": N_("reminder of the committee meeting"),
        "event_impossible": N_("event without a day"),
        "quality_worklist": N_("quality check list"),
        "quality_team_week": N_("quality check of the week"),
        "quality_score_told": N_("own quality scores"),
        "quality_appeal": N_("appeal against a quality score"),
        "quality_correction": N_("error to correct"),
        "quality_note": N_("remarks on the quality check"),
        "quality_roster_warning": N_("days short of support people"),
        "quality_ranking": N_("ranking of the month"),
        "quality_supervision": N_("service supervision report"),
        "weekly_report": N_("Weekly report"),
        "daily_report": N_("Daily report"),
        "monthly_report": N_("Monthly report"),
        "report_preview": N_("report for preview"),
        "custody_valuables": N_("valuables to be taken over"),
        "custody_notice": N_("notice of found things"),
        "custody_handover": N_("found things handed over"),
        "custody_disposal": N_("found things to be disposed of"),
        "custody_keys": N_("keys that are out"),
        "custody_borrowed": N_("borrowed key to bring back"),
        "custody_devices": N_("devices out of order"),
        "custody_unchecked": N_("devices not checked"),
    },
    "suite": SUITES,
    "count": COUNTS,
    "parameter": {
        "period": N_("period asked for"),
        "reason": N_("reason given"),
        "corrected": N_("corrected edition"),
        "preview_to_me": N_("preview to me"),
        "as_of": N_("As of"),
        "community": N_("Community"),
        "answer_within_minutes": N_("minutes to answer"),
        "deadline": N_("Deadline"),
        "basements": N_("Basements"),
        "event": N_("Event"),
        "kind": N_("Kind"),
        "areas": N_("areas"),
        "other_areas": N_("other areas"),
        "change": N_("change asked about"),
    },
    "outcome": {"met": N_("as expected"), "failed": N_("not as expected"), "error": N_("could not be checked")},
    "severity": {"critical": N_("critical"), "warning": N_("warning"), "info": N_("info")},
    **CALLBACK_WORDS,
}


_CHOICES: Mapping[str, str] = {"role": "escalation_steps.role", "milestone": "deadline_policies.milestone"}
"""Words taken from a column of the data contract."""

_EXPECTATIONS: Mapping[str, str] = {
    "expect_column_values_to_not_be_null": N_("{subject} must be filled in"),
    "expect_column_values_to_be_unique": N_("{subject} must occur once"),
    "expect_compound_columns_to_be_unique": N_("{subject} together must occur once"),
    "expect_column_values_to_be_in_set": N_("{subject} must have a value it may have"),
    "expect_column_values_to_be_between": N_("{subject} must lie within its bounds"),
    "expect_column_values_to_match_regex": N_("{subject} must have the right form"),
    "expect_column_value_lengths_to_be_between": N_("{subject} must have a plausible length"),
    "expect_column_pair_values_a_to_be_greater_than_b": N_("{subject}: the first must not be before the second"),
    "expect_table_row_count_to_be_between": N_("the number of rows must be plausible"),
    "unexpected_rows_expectation": "{subject}",
}


def expectation(text: str, language: str) -> str:
    """An expectation as stored (``type: subject``) as a sentence."""
    kind, _colon, subject = text.partition(": ")
    sentence = _EXPECTATIONS.get(kind)
    _ = gettext_for(language)
    return _(sentence, subject=_(subject)) if sentence else text


def word(kind: str, code: str | None, language: str) -> str:
    """A code in words.

    Args:
        kind: one of ours (``run_state``), or ``table.column`` of a dataset with choices.
        code: the stored code; None gives a dash, an unknown one itself.
        language: zh or en.
    """
    if code is None:
        return "—"
    if kind in _OWN:
        text = _OWN[kind].get(code)
        return gettext_for(language)(text) if text else code
    if kind == "dataset":
        named = datasets().get(code)
        return str(named.info["zh"]) if named is not None and normalised(language) == "zh" else code
    table, _dot, column = _CHOICES.get(kind, kind).partition(".")
    known = datasets().get(table)
    choices = known.c[column].info.get("choices", {}) if known is not None and column in known.c else {}
    spoken = choices.get(code)
    if not spoken:
        return code
    if normalised(language) == "en":
        return code.replace("_", " ")
    return spoken if isinstance(spoken, str) else str(spoken[0])
