"""Judging all that was reported of one callback: pure, over rows; the ladder itself is `domain.attempts`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from guanjia.domain.attempts import Judgement, Standing, Terms, judge_attempt
from guanjia.domain.day_parts import next_try, part_at
from guanjia.pipelines.scheduled_callbacks.conflicts import find_conflicts
from guanjia.pipelines.scheduled_callbacks.reports import (
    BY_PLAN,
    SERVICE,
    Contact,
    Edition,
    Judged,
    Outcomes,
    Planned,
    Remark,
    Report,
    Settled,
)

FARTHEST_PROMISE: Final = timedelta(days=120)
"""A time asked for beyond it is a year mistyped, or no promise anybody keeps: it is remarked and the ladder goes on."""

_FACTS: Final = frozenset({"reached", "refused", "wrong_number"})
"""What says something about the customer and holds whenever, and by whomever, it was said."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What judging goes by.

    Attributes:
        terms: terms of the ladder in force on a day.
        calling_days: calendar code → calling days of the attempts and around the times asked for, ascending.
    """

    terms: Callable[[date], Terms]
    calling_days: Mapping[str, Collection[date]]

    def of(self, report: Report) -> Terms:
        """The terms of the day of an attempt."""
        zone = self.terms(report.attempted_at.date()).zone
        return self.terms(report.attempted_at.astimezone(zone).date())


def number_contents(reports: Sequence[Report], judged: Sequence[Judged]) -> list[Edition]:
    """The contents of one attempt with their numbers: those judged before, and those that are new.

    Args:
        reports: contents in the order they came; the last one is what the register holds.
        judged: contents judged before, by number.

    Returns:
        All contents; equal ones that follow each other count once.
    """
    contents = [
        each for n, each in enumerate(reports) if n == 0 or each.content_digest != reports[n - 1].content_digest
    ]
    known = [each.content_digest for each in judged]
    if known and [each.content_digest for each in contents[: len(known)]] != known:
        new = [] if known[-1] == reports[-1].content_digest else [reports[-1]]
        old = [
            replace(
                reports[-1],
                staff_code=each.staff_code,
                outcome=each.outcome,
                satisfaction=each.satisfaction,
                content_digest=each.content_digest,
                loaded_from=each.loaded_from,
            )
            for each in judged
        ]
        contents = [*old, *new]
        if not new:
            contents[-1] = reports[-1]
    return [Edition(each, number, number > len(judged)) for number, each in enumerate(contents, 1)]


def judge_callback(
    planned: Planned,
    contacts: Sequence[Contact],
    contents: Sequence[Sequence[Edition]],
    rules: Rules,
    found: Outcomes,
) -> None:
    """Judge every attempt of a callback from the first on, and add what came of it.

    Args:
        planned: the callback.
        contacts: its contacts.
        contents: per attempt, in the order they were made, its contents; the last one counts.
        rules: what judging goes by.
        found: where to add it.
    """
    judging = _Judging(planned, contacts, rules, found)
    for editions in contents:
        judging.take(editions[-1])
    judging.close_by_plan(None)
    for conflict, later in find_conflicts(contents, rules.of):
        found.conflicts.append(conflict)
        if conflict.kind != "changed":
            later.verdict = "conflicting"
    found.editions += [edition for editions in contents for edition in editions]
    judging.finish()


class _Judging:
    """One callback while its attempts are gone through."""

    def __init__(self, planned: Planned, contacts: Sequence[Contact], rules: Rules, found: Outcomes) -> None:
        self.planned = planned
        self.contacts = contacts
        self.rules = rules
        self.found = found
        zone = rules.terms(planned.planned_on).zone
        self.standing = Standing(
            planned_from=datetime.combine(planned.planned_on, time(), zone),
            max_attempts=planned.max_attempts,
            goes_on=any(each.trigger in SERVICE and not each.is_closed_by_plan for each in contacts),
        )
        self.is_closed_by_plan = False
        self.is_revived = False
        self.wrong_at: datetime | None = None
        self.last_attempt_at: datetime | None = None

    def close_by_plan(self, until: datetime | None) -> None:
        """Close it as the plan did, when that was before an instant (None: at all)."""
        closed_at = self.planned.closed_at
        if self.planned.closed_reason not in BY_PLAN or closed_at is None or self.standing.state != "planned":
            return
        if until is None or closed_at <= until:
            self.is_closed_by_plan = True
            self.standing = replace(
                self.standing,
                state=self.planned.state,
                closed_reason=self.planned.closed_reason,
                closed_at=closed_at,
                next_from=None,
                promised_at=None,
            )

    def take(self, edition: Edition) -> None:
        """Judge one attempt, the next in time."""
        report = edition.report
        terms = self.rules.of(report)
        self.close_by_plan(report.attempted_at)
        day = report.attempted_at.astimezone(terms.zone).date()
        is_calling_day = day in self.rules.calling_days.get(self.planned.calendar_code, ())
        part = part_at(report.attempted_at, terms.parts, terms.zone) if is_calling_day else None
        edition.day_part = part.number if part else None
        if report.satisfaction is not None and report.outcome != "reached":
            self._remark("satisfaction_without_reach", report)
        if report.is_by_leaver and report.outcome not in _FACTS:
            edition.verdict, edition.reason = "noted", "by_leaver"
            self._remark("result_by_leaver", report)
            return
        promised = self._promised(report, terms)
        before = self.standing
        judged = judge_attempt(
            before,
            report.outcome,
            report.attempted_at,
            terms,
            call_later_at=promised,
            satisfaction=report.satisfaction,
            is_calling_day=is_calling_day,
        )
        self._note(edition, judged, before)
        if judged.reason != "before_plan":
            self.last_attempt_at = report.attempted_at

    def _note(self, edition: Edition, judged: Judgement, before: Standing) -> None:
        report, reason = edition.report, judged.reason
        is_promise = judged.standing.promises > before.promises
        edition.verdict = "counted" if judged.is_counted and not is_promise else "noted"
        edition.reason = self._reason(report, reason)
        if reason in ("before_plan", "after_close") or (edition.reason == "outside_hours" and report.outcome in _FACTS):
            self._remark(f"result_{reason}", report)
        if report.is_by_leaver or report.is_off_roster:
            self._remark("result_by_leaver" if report.is_by_leaver else "result_off_roster", report)
        self.is_revived |= before.state != "planned" and judged.standing.state == "reached" != before.state
        self.standing = judged.standing
        if not judged.is_counted or reason in ("before_plan", "after_close"):
            return
        if report.outcome == "wrong_number":
            self.wrong_at = report.attempted_at
            if edition.is_new:  # the number that was called; the register may have another one by now
                self.found.wrong_numbers.append(report)
        if report.outcome == "refused":
            self.found.refusals.append(report)

    def _reason(self, report: Report, reason: str | None) -> str | None:
        """What was not as it should be; an answer by letter or to the manager knows no calling hours."""
        if reason == "outside_hours" and self.planned.is_answered_otherwise and report.outcome in _FACTS:
            reason = None
        if reason is None and report.is_by_leaver:
            return "by_leaver"
        if reason is None and report.is_off_roster:
            return "off_roster"
        return reason

    def _promised(self, report: Report, terms: Terms) -> datetime | None:
        """When the customer is to be called: the time asked for, or the start of the next part when it lies in none."""
        asked = report.call_later_at
        if report.outcome != "call_later" or asked is None:
            return None
        days = self.rules.calling_days.get(self.planned.calendar_code, ())
        zone = terms.zone
        first = asked.astimezone(zone).date()
        begin = next_try(asked, (), terms.parts, [day for day in days if day >= first], zone)
        if begin is None or asked - report.attempted_at > FARTHEST_PROMISE:
            self._remark("promised_too_far", report, asked)
            return None
        if begin != asked:
            self._remark("promised_outside_hours", report, asked)
        return begin

    def _remark(self, kind: str, report: Report, asked: datetime | None = None) -> None:
        zone = self.rules.of(report).zone
        detail: dict[str, Any] = {
            "callback_code": report.callback_code,
            "attempted_at": f"{report.attempted_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "staff_code": report.staff_code,
            "outcome": report.outcome,
            "planned_on": f"{self.planned.planned_on}",
        }
        if asked is not None:
            detail["call_later_at"] = f"{asked.astimezone(zone):%Y-%m-%d %H:%M}"
        self.found.remarks.append(Remark(kind, report, detail))

    def finish(self) -> None:
        """Add the callback and its contacts as the attempts left them."""
        if self.standing.state == "planned" and self.planned.state != "planned" and self.planned.is_another_open:
            # What closed it was taken back, and the customer is to be called in another callback by now: one voice.
            self.standing = replace(
                self.standing,
                state="unreached",
                closed_reason="window_missed",
                closed_at=self.planned.closed_at,
                next_from=None,
                promised_at=None,
            )
        settled = [self._settle(each) for each in self.contacts]
        self.found.contacts += settled
        standing = self.standing
        self.found.callbacks.append(
            {
                "callback_code": self.planned.callback_code,
                "state": standing.state,
                "closed_at": standing.closed_at,
                "closed_reason": standing.closed_reason,
                "satisfaction": standing.satisfaction,
                "attempts": self._attempts(),
                "used_parts": ",".join(map(str, sorted(standing.used))) or None,
                "last_attempt_at": self.last_attempt_at,
                "next_from": standing.next_from,
                "promised_at": standing.promised_at,
                "promises": standing.promises,
                "due_by": self._due_by(settled),
            }
        )

    def _attempts(self) -> int:
        """Tries in vain, and the call in which the customer spoke; a talk after the last try makes no more of them."""
        standing = self.standing
        has_spoken = standing.state in ("reached", "refused") or standing.closed_reason == "wrong_number"
        most = max(standing.max_attempts, standing.attempts)
        return min(standing.attempts + 1, most) if has_spoken and not self._is_ended_by_plan else standing.attempts

    def _due_by(self, settled: Sequence[Settled]) -> datetime:
        """The least of its open contacts' windows; a promise keeps it open to the end of the promised day."""
        windows = [each.contact.due_by for each in settled if each.state == "planned"]
        if self.standing.state != "planned" or not windows:
            return self.planned.due_by
        promised = self.standing.promised_at
        if promised is None:
            return min(windows)
        zone = self.standing.planned_from.tzinfo
        day = promised.astimezone(zone).date()
        terms = self.rules.terms(day)
        return max(min(windows), terms.parts[-1].closes(day, terms.zone))

    def _settle(self, contact: Contact) -> Settled:
        state, closed_at, reason = self._end(contact)
        satisfaction = self.standing.satisfaction if state == "reached" else None
        return Settled(contact, state, closed_at, reason, satisfaction)

    def _end(self, contact: Contact) -> tuple[str, datetime | None, str | None]:
        """How a contact stands: state, instant it ended and why."""
        standing = self.standing
        stays = (contact.state, contact.closed_at, contact.closed_reason)
        ended = standing.closed_at
        is_by_attempt = ended is not None and standing.state != "planned" and not self._is_ended_by_plan
        if is_by_attempt and ended is not None and contact.triggered_at <= ended:
            now = (standing.state, ended, standing.closed_reason)
            if not contact.is_closed_by_plan:
                return now
            is_before = contact.closed_at is not None and ended < contact.closed_at
            if standing.state == "reached" and (is_before or self.is_revived):
                return now
            return now if is_before and contact.state == "missed" else stays
        if contact.is_closed_by_plan:
            return stays
        if self.wrong_at is not None and contact.trigger not in SERVICE and contact.triggered_at <= self.wrong_at:
            return "unreached", self.wrong_at, "wrong_number"
        if ended is not None and not is_by_attempt:
            return self._given_back(contact, ended)
        return "planned", None, None

    @property
    def _is_ended_by_plan(self) -> bool:
        return self.is_closed_by_plan and self.standing.closed_reason in BY_PLAN and not self.is_revived

    def _given_back(self, contact: Contact, ended: datetime) -> tuple[str, datetime | None, str | None]:
        """A contact whose result was taken back after its callback was closed by the plan."""
        if contact.satisfied_by is not None:
            return "satisfied", ended, contact.closed_reason
        return ("missed" if contact.missed_at is not None else "unreached"), ended, "window_missed"
