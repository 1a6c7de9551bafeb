"""What judging a callback's results reads and writes: plain rows, as the statements give and take them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from guanjia.domain.attempts import Outcome, State

BY_PLAN: Final = frozenset(
    {"satisfied", "window_missed", "reopened", "customer_gone", "do_not_call", "dropped", "rule_gone"}
)
"""Reasons for which the plan closes a callback; all others come from an attempt and are judged anew with it."""

SERVICE: Final = frozenset({"repair_resolved", "complaint_answered", "correction_resolved", "paid_service_done"})
"""Triggers whose contacts are made by mail or by hand where the number is wrong."""


@dataclass(frozen=True, slots=True)
class Report:
    """One content a result has or had.

    Attributes:
        loaded_from: file it came from; None: written straight.
        is_by_leaver: who called was not employed that day.
        is_off_roster: an agent who was not on the roster that day, in a month that is rostered.
    """

    callback_code: str
    attempted_at: datetime
    staff_code: str
    outcome: Outcome
    call_later_at: datetime | None
    satisfaction: int | None
    loaded_from: int | None
    content_digest: str
    is_by_leaver: bool
    is_off_roster: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A content that was judged before: number, what it said and its digest."""

    callback_code: str
    attempted_at: datetime
    edition: int
    staff_code: str
    outcome: Outcome
    satisfaction: int | None
    content_digest: str
    loaded_from: int | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A callback whose results are judged, as it stands.

    Attributes:
        is_answered_otherwise: by letter or to the manager, who know no calling hours.
        is_another_open: the customer has another planned callback by now.
    """

    callback_code: str
    customer_code: str | None
    community_code: str | None
    calendar_code: str
    is_answered_otherwise: bool
    planned_on: date
    max_attempts: int
    state: State
    closed_at: datetime | None
    closed_reason: str | None
    due_by: datetime
    is_another_open: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """One of its contacts, as it stands."""

    callback_code: str
    rule_code: str
    subject: str
    occasion: str
    trigger: str
    triggered_at: datetime
    state: str
    closed_at: datetime | None
    closed_reason: str | None
    satisfied_by: str | None
    missed_at: datetime | None
    due_by: datetime

    @property
    def is_closed_by_plan(self) -> bool:
        """The plan closed it, no attempt did."""
        return self.state in ("cancelled", "satisfied", "missed")


@dataclass(slots=True)
class Edition:
    """One content of an attempt and what it came to.

    Attributes:
        is_new: it was never judged before.
    """

    report: Report
    number: int
    is_new: bool
    verdict: str = "superseded"
    reason: str | None = None
    day_part: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """A contact as the attempts left it."""

    contact: Contact
    state: str
    closed_at: datetime | None
    closed_reason: str | None
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two contents that cannot both be right; the earlier attempt, or content, first."""

    callback_code: str
    first_at: datetime
    first_edition: int
    second_at: datetime
    second_edition: int
    kind: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What could not be taken as it was."""

    kind: str
    report: Report
    detail: dict[str, Any]


@dataclass(slots=True)
class Outcomes:
    """All that came of judging callbacks.

    Attributes:
        editions: one per content, those superseded included.
        callbacks: parameters of `write_judged_callbacks`, one per callback.
        contacts: as the attempts left them.
        wrong_numbers: attempts in which the number proved wrong.
        refusals: attempts in which the customer refused.
    """

    editions: list[Edition] = field(default_factory=list)
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[Settled] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    wrong_numbers: list[Report] = field(default_factory=list)
    refusals: list[Report] = field(default_factory=list)
