"""Warnings in the morning, and the report of a day when it is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.rendering import render
from guanjia.outbox import Message
from guanjia.pipelines.scheduled_callbacks.letters_report import (
    SHOWN_ROWS,
    Report,
    report_letter,
    report_workbook,
    warning_letter,
    warning_workbook,
)
from guanjia.pipelines.scheduled_callbacks.served import PROSPECTS, day_of
from guanjia.pipelines.scheduled_callbacks.telling_lists import LIST_NAME
from guanjia.pipelines.scheduled_callbacks.telling_people import Readers, key_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee, give_out
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_SECTIONS: Final = ("missed", "unreached", "dropped", "remarks")


def tell_warnings(
    transaction: Transaction, run: Run, people: Readers, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    """What would miss its window, to the leader and the subscribers: one mail each.

    Args:
        transaction: open transaction.
        run: run that tells.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``warnings_told``.
    """
    rows = execute(transaction, "scheduled_callbacks/find_untold_warnings").all()
    given, told = give_out(rows, people.warned, "callbacks about to be missed")
    if told:
        execute(
            transaction,
            "scheduled_callbacks/mark_warnings_told",
            at=at,
            callback_codes=[row.callback_code for row in told],
            due=[row.due_by for row in told],
        )
    messages = [
        Message(
            kind="callback_warning",
            business_key=run.run_code,
            recipient=who.email,
            mail=render(warning_letter(theirs, who.language, at)),
            language=who.language,
            recipient_name=who.name,
            attachments=(warning_workbook(theirs, who.language, at),) if len(theirs) > SHOWN_ROWS else (),
            is_urgent=any(row.due_by.astimezone(TIME_ZONE).date() <= day_of(at) for row in theirs),
            list_name=LIST_NAME,
        )
        for who, theirs in given.items()
    ]
    return messages, {"warnings_told": len(told)}


def tell_report(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """The figures of days that are over, with all that needs a hand, to the head and the subscribers: one mail each.

    Days on which nothing happened are marked told and mailed to nobody.

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the counts ``days_told``, ``missed_told``, ``unreached_told``, ``dropped_told`` and
        ``remarks_told``.
    """
    days = execute(transaction, "scheduled_callbacks/find_untold_days").all()
    given, told = give_out(days, people.reported, "figures of a day")
    reports = {who: Report(days=rows) for who, rows in given.items()}
    scopes = sorted({row.community_code for row in told})
    found = _sections(transaction, scopes) if scopes else {name: [] for name in _SECTIONS}
    for name, rows in found.items():
        for who, theirs in _in_scope(rows, reports).items():
            setattr(reports[who], name, theirs)
    _count_conflicts(transaction, reports)
    _mark(transaction, at, told, found)
    messages = [_report_message(who, report, at) for who, report in reports.items() if not report.is_empty]
    return messages, {"days_told": len(told)} | {f"{name}_told": len(rows) for name, rows in found.items()}


def _sections(transaction: Transaction, scopes: list[str]) -> dict[str, list[Row[Any]]]:
    """What is untold of the scopes reported on; what belongs to no community goes with the prospects' report, or, where
    there is none, with that of the only community."""
    dropped = list(execute(transaction, "scheduled_callbacks/find_untold_dropped"))
    remarks = execute(
        transaction, "scheduled_callbacks/find_untold_callback_remarks", scopes=scopes, is_form_edited=False
    )
    return {
        "missed": list(execute(transaction, "scheduled_callbacks/find_untold_missed", scopes=scopes)),
        "unreached": list(execute(transaction, "scheduled_callbacks/find_untold_unreached", scopes=scopes)),
        "dropped": dropped if PROSPECTS in scopes else [],
        "remarks": list(remarks),
    }


def _in_scope(rows: list[Row[Any]], reports: dict[Addressee, Report]) -> dict[Addressee, list[Row[Any]]]:
    scopes = {who: {row.community_code for row in report.days} for who, report in reports.items()}
    return {who: [row for row in rows if row.community_code in theirs] for who, theirs in scopes.items()}


def _count_conflicts(transaction: Transaction, reports: dict[Addressee, Report]) -> None:
    days = sorted({row.work_date for report in reports.values() for row in report.days})
    if not days:
        return
    counted = execute(transaction, "scheduled_callbacks/count_conflicts_of_days", days=days)
    by_scope = {row.community_code: row.conflicts for row in counted}
    for report in reports.values():
        report.conflicts = sum(by_scope.get(code, 0) for code in {row.community_code for row in report.days})


def _mark(transaction: Transaction, at: datetime, days: list[Row[Any]], found: dict[str, list[Row[Any]]]) -> None:
    if days:
        execute(
            transaction,
            "scheduled_callbacks/mark_days_told",
            at=at,
            work_dates=[row.work_date for row in days],
            scopes=[row.community_code for row in days],
        )
    if found["missed"]:
        execute(
            transaction,
            "scheduled_callbacks/mark_missed_told",
            at=at,
            rule_codes=[row.rule_code for row in found["missed"]],
            subjects=[row.subject for row in found["missed"]],
            occasions=[row.occasion for row in found["missed"]],
        )
    if found["unreached"]:
        codes = [row.callback_code for row in found["unreached"]]
        execute(transaction, "scheduled_callbacks/mark_callbacks_told", at=at, callback_codes=codes)
    if found["dropped"]:
        execute(
            transaction,
            "scheduled_callbacks/mark_dropped_told",
            at=at,
            customer_codes=[row.customer_code for row in found["dropped"]],
            days=[row.dropped_on for row in found["dropped"]],
        )
    if found["remarks"]:
        ids = [row.remark_id for row in found["remarks"]]
        execute(transaction, "scheduled_callbacks/mark_callback_remarks_told", at=at, remark_ids=ids)


def _report_message(who: Addressee, report: Report, at: datetime) -> Message:
    last = max(row.work_date for row in report.days)
    scopes = key_of(row.community_code for row in report.days)
    return Message(
        kind="callback_report",
        business_key=f"{last.isoformat()}/{scopes}",
        recipient=who.email,
        mail=render(report_letter(report, who.language, at)),
        language=who.language,
        recipient_name=who.name,
        attachments=(report_workbook(report, who.language, at),) if report.is_long else (),
        list_name=LIST_NAME,
    )
