"""Results of callbacks: what each attempt came to, and how it leaves the callback and its contacts (CB-11)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from guanjia.domain.attempts import Terms
from guanjia.pipelines.scheduled_callbacks import served
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_parts
from guanjia.pipelines.scheduled_callbacks.judging import FARTHEST_PROMISE, Rules, judge_callback, number_contents
from guanjia.pipelines.scheduled_callbacks.merging import merge_contacts, prepare_merging
from guanjia.pipelines.scheduled_callbacks.reports import Contact, Judged, Outcomes, Planned, Report
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_COUNTS: Final = (
    "attempts",
    "judged_callbacks",
    "judged_contacts",
    "conflicts",
    "bad_numbers",
    "refused_prospects",
    "result_remarks",
    "remarks_taken_back",
)
_LONGEST_HOLIDAY: Final = timedelta(days=31)


def take_results(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Judge the results that are new or were corrected, up to as_of.

    Days that are not planned yet are planned with what was known on their mornings; what happened after the next of
    these mornings waits until the plan has come so far (`judge_results` is the first act of each day).

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant; attempts made after it are invisible.

    Returns:
        Counts of rows written, see `judge_results`.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = served.begin(transaction, as_of)
    planned_to: date | None = execute(transaction, "scheduled_callbacks/find_judging_day").scalar_one()
    until = at if planned_to is None else min(at, served.morning_of(planned_to + timedelta(days=1)))
    return judge_results(transaction, run, at, until)


def judge_results(transaction: Transaction, run: Run, at: datetime, until: datetime) -> dict[str, int]:
    """Judge what was reported up to an instant and is new or has another content than before.

    All attempts of a callback are judged together, in the order they were made: an earlier one that is reported later
    takes its place. What the customer said closes the callback and all its contacts that were due by then; nobody
    answering is a try, where it kept the rules. A number that proved wrong opens a case; a prospect who refused is
    dropped. What contradicts itself is kept and noted.

    Args:
        transaction: open transaction, after `served.begin`.
        run: run the rows are written by.
        at: aware instant the run works at.
        until: aware instant; attempts made after it are invisible.

    Returns:
        Counts of rows written: ``attempts``, ``judged_callbacks``, ``judged_contacts``, ``conflicts``,
        ``bad_numbers``, ``refused_prospects``, ``result_remarks`` and ``remarks_taken_back``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    codes = list(execute(transaction, "scheduled_callbacks/choose_touched_callbacks", until=until).scalars())
    if not codes:
        return dict.fromkeys(_COUNTS, 0)
    found = _judge(transaction, codes, until)
    counts = (
        _write_attempts(transaction, run, at, found),
        _write_callbacks(transaction, run, found),
        _write_contacts(transaction, run, found) + _regroup_contacts(transaction, run, until, found),
        _note_conflicts(transaction, run, at, found),
        _open_number_cases(transaction, run, at, found),
        _drop_prospects(transaction, run, found),
        *_note_remarks(transaction, run, at, codes, found),
    )
    return dict(zip(_COUNTS, counts, strict=True))


def _judge(transaction: Transaction, codes: Sequence[str], until: datetime) -> Outcomes:
    reports = [
        Report(**row._mapping)
        for row in execute(transaction, "scheduled_callbacks/list_reported_contents", callback_codes=codes, until=until)
    ]
    judged: dict[tuple[str, datetime], list[Judged]] = defaultdict(list)
    for row in execute(transaction, "scheduled_callbacks/list_judged_attempts", callback_codes=codes):
        judged[row.callback_code, row.attempted_at].append(Judged(**row._mapping))
    contacts: dict[str, list[Contact]] = defaultdict(list)
    for row in execute(transaction, "scheduled_callbacks/list_judged_contacts", callback_codes=codes):
        contacts[row.callback_code].append(Contact(**row._mapping))
    contents: dict[str, dict[datetime, list[Report]]] = defaultdict(lambda: defaultdict(list))
    for report in reports:
        contents[report.callback_code][report.attempted_at].append(report)
    rules = Rules(_terms(transaction), _calling_days(transaction, reports))
    found = Outcomes()
    for row in execute(transaction, "scheduled_callbacks/list_judged_callbacks", callback_codes=codes):
        planned = Planned(**row._mapping)
        code = planned.callback_code
        numbered = [number_contents(each, judged[code, when]) for when, each in sorted(contents[code].items())]
        judge_callback(planned, contacts[code], numbered, rules, found)
    return found


def _terms(transaction: Transaction) -> Callable[[date], Terms]:
    @cache
    def of_day(day: date) -> Terms:
        return Terms(
            served.parts_of(transaction, day),
            TIME_ZONE,
            apart=timedelta(hours=float(served.hours_apart(transaction, day))),
            promises=int(str(required_setting(transaction, "callback_promises", day))),
        )

    return of_day


def _calling_days(transaction: Transaction, reports: Sequence[Report]) -> dict[str, dict[date, None]]:
    """Calendar → calling days, ascending: of the attempts, and around the times asked for."""
    days = [each.attempted_at.astimezone(TIME_ZONE).date() for each in reports]
    days += [
        each.call_later_at.astimezone(TIME_ZONE).date() + _LONGEST_HOLIDAY
        for each in reports
        if each.outcome == "call_later"
        and each.call_later_at is not None
        and each.call_later_at - each.attempted_at <= FARTHEST_PROMISE
    ]
    found: dict[str, dict[date, None]] = defaultdict(dict)
    for row in execute(transaction, "scheduled_callbacks/list_working_days", first_day=min(days), last_day=max(days)):
        found[row.calendar_code][row.day] = None
    return found


def _write_attempts(transaction: Transaction, run: Run, at: datetime, found: Outcomes) -> int:
    editions = found.editions
    return execute(
        transaction,
        "scheduled_callbacks/write_attempts",
        callback_codes=[each.report.callback_code for each in editions],
        attempted_at=[each.report.attempted_at for each in editions],
        editions=[each.number for each in editions],
        staff_codes=[each.report.staff_code for each in editions],
        outcomes=[each.report.outcome for each in editions],
        satisfactions=[each.report.satisfaction if each.report.outcome == "reached" else None for each in editions],
        call_later_at=[each.report.call_later_at for each in editions],
        verdicts=[each.verdict for each in editions],
        reasons=[each.reason for each in editions],
        day_parts=[each.day_part for each in editions],
        digests=[each.report.content_digest for each in editions],
        loaded_from=[each.report.loaded_from for each in editions],
        at=at,
        run_id=run.run_id,
    ).rowcount


def _write_callbacks(transaction: Transaction, run: Run, found: Outcomes) -> int:
    binds = {
        "callback_codes": "callback_code",
        "states": "state",
        "closed_at": "closed_at",
        "closed_reasons": "closed_reason",
        "satisfactions": "satisfaction",
        "attempts": "attempts",
        "used_parts": "used_parts",
        "last_attempt_at": "last_attempt_at",
        "next_from": "next_from",
        "promised_at": "promised_at",
        "promises": "promises",
        "due_by": "due_by",
    }
    return execute(
        transaction,
        "scheduled_callbacks/write_judged_callbacks",
        run_id=run.run_id,
        **{bind: [each[name] for each in found.callbacks] for bind, name in binds.items()},
    ).rowcount


def _write_contacts(transaction: Transaction, run: Run, found: Outcomes) -> int:
    settled = found.contacts
    return execute(
        transaction,
        "scheduled_callbacks/write_judged_contacts",
        rule_codes=[each.contact.rule_code for each in settled],
        subjects=[each.contact.subject for each in settled],
        occasions=[each.contact.occasion for each in settled],
        states=[each.state for each in settled],
        closed_at=[each.closed_at for each in settled],
        closed_reasons=[each.closed_reason for each in settled],
        satisfactions=[each.satisfaction for each in settled],
        run_id=run.run_id,
    ).rowcount


def _regroup_contacts(transaction: Transaction, run: Run, until: datetime, found: Outcomes) -> int:
    """Reckon anew what is still to be made of callbacks that ended, or lost some of their contacts.

    What fell due after the conversation that closed its callback is made in another one. A callback of which only a
    part ended (a wrong number ends care, not service) is what its open contacts come to.
    """
    closed = {each["callback_code"] for each in found.callbacks if each["state"] != "planned"}
    is_open = {each.contact.callback_code for each in found.contacts if each.state == "planned"}
    lost = {
        each.contact.callback_code
        for each in found.contacts
        if each.state != "planned" and each.contact.state == "planned"
    }
    left, lessened = is_open & closed, (is_open & lost) - closed
    if not left and not lessened:
        return 0
    day = served.day_of(until)
    prepare_parts(transaction, served.parts_of(transaction, day))
    prepare_merging(transaction)
    moved = execute(
        transaction,
        "scheduled_callbacks/move_left_contacts",
        callback_codes=sorted(left),
        day=day,
        run_id=run.run_id,
    ).rowcount
    execute(transaction, "scheduled_callbacks/touch_callbacks", callback_codes=sorted(lessened))
    merge_contacts(transaction, run, until, day)
    execute(transaction, "scheduled_callbacks/clear_contacts_of_day")
    return moved


def _note_conflicts(transaction: Transaction, run: Run, at: datetime, found: Outcomes) -> int:
    if not found.conflicts:
        return 0
    return execute(
        transaction,
        "scheduled_callbacks/note_conflicts",
        callback_codes=[each.callback_code for each in found.conflicts],
        first_at=[each.first_at for each in found.conflicts],
        first_editions=[each.first_edition for each in found.conflicts],
        second_at=[each.second_at for each in found.conflicts],
        second_editions=[each.second_edition for each in found.conflicts],
        kinds=[each.kind for each in found.conflicts],
        at=at,
        run_id=run.run_id,
    ).rowcount


def _open_number_cases(transaction: Transaction, run: Run, at: datetime, found: Outcomes) -> int:
    if not found.wrong_numbers:
        return 0
    return execute(
        transaction,
        "scheduled_callbacks/open_number_cases",
        callback_codes=[each.callback_code for each in found.wrong_numbers],
        attempted_at=[each.attempted_at for each in found.wrong_numbers],
        staff_codes=[each.staff_code for each in found.wrong_numbers],
        department=str(required_setting(transaction, "callback_department", served.day_of(at))),
        at=at,
        run_id=run.run_id,
    ).rowcount


def _drop_prospects(transaction: Transaction, run: Run, found: Outcomes) -> int:
    if not found.refusals:
        return 0
    return execute(
        transaction,
        "scheduled_callbacks/drop_refused_prospects",
        callback_codes=[each.callback_code for each in found.refusals],
        attempted_at=[each.attempted_at for each in found.refusals],
        run_id=run.run_id,
    ).rowcount


def _note_remarks(
    transaction: Transaction, run: Run, at: datetime, codes: Sequence[str], found: Outcomes
) -> tuple[int, int]:
    kinds = [each.kind for each in found.remarks]
    subjects = [
        f"{each.report.callback_code} {each.report.attempted_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M:%S}"
        for each in found.remarks
    ]
    noted = 0
    if found.remarks:
        noted = execute(
            transaction,
            "scheduled_callbacks/note_result_remarks",
            kinds=kinds,
            subjects=subjects,
            callback_codes=[each.report.callback_code for each in found.remarks],
            details=[json.dumps(each.detail, ensure_ascii=False) for each in found.remarks],
            at=at,
            run_id=run.run_id,
        ).rowcount
    taken_back = execute(
        transaction,
        "scheduled_callbacks/remove_settled_result_remarks",
        callback_codes=list(codes),
        kinds=kinds,
        subjects=subjects,
    ).rowcount
    return noted, taken_back
