"""What judging scores reads and writes: plain rows, as the statements give and take them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class JudgedSample:
    """A sample whose scores are judged, as it stands.

    Attributes:
        is_audit: a correction that is looked at again; it belongs to no figure and waits until somebody scores it.
        appeal_reviewer: who scores again after the appeal that is open, or was decided in the agent's favour.
        appeal_outcome: changed, or blank: open.
        is_appealed: there is such an appeal.
        is_contested: its agent has appealed in time, and the appeal is judged only after the scores of the same run.
        month: month of the item, YYYY-MM; None: not known.
        is_month_closed: lots and ranking of that month are closed.
    """

    sample_code: str
    draw_code: str
    staff_code: str
    team_code: str | None
    community_code: str | None
    reviewer: str | None
    second_reviewer: str | None
    state: str
    score: Decimal | None
    is_critical: bool | None
    is_nonconforming: bool | None
    scored_by: str | None
    scored_at: datetime | None
    second_score: Decimal | None
    second_nonconforming: bool | None
    is_audit: bool
    told_at: datetime | None
    final_at: datetime | None
    appeal_reviewer: str | None
    appeal_outcome: str | None
    is_appealed: bool
    is_contested: bool
    month: str | None
    is_month_closed: bool


@dataclass(frozen=True, slots=True)
class Content:
    """One content a score has or had.

    Attributes:
        reviewer_team: team of the reviewer on the day of the item; empty: none.
        loaded_from: file it came from; None: written straight.
    """

    sample_code: str
    reviewer: str
    reviewer_team: str
    criterion: str
    score: Decimal
    is_critical: bool
    remark: str | None
    scored_at: datetime
    loaded_from: int | None
    content_digest: str

    @property
    def said(self) -> tuple[Decimal, bool, str | None, datetime]:
        """What makes it another content."""
        return self.score, self.is_critical, self.remark, self.scored_at


@dataclass(frozen=True, slots=True)
class JudgedContent:
    """A content that was judged before."""

    sample_code: str
    reviewer: str
    criterion: str
    edition: int
    score: Decimal
    is_critical: bool
    remark: str | None
    scored_at: datetime
    verdict: str
    reason: str | None
    loaded_from: int | None
    content_digest: str

    @property
    def said(self) -> tuple[Decimal, bool, str | None, datetime]:
        """What makes it another content."""
        return self.score, self.is_critical, self.remark, self.scored_at


@dataclass(slots=True)
class Edition:
    """One content of a score and what it came to.

    Attributes:
        is_written: new, or its verdict changed.
    """

    content: Content
    number: int
    verdict: str
    reason: str | None
    is_new: bool
    is_written: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the scores make of a sample: the columns of `write_sample_scores`."""

    state: str
    score: Decimal | None
    is_critical: bool | None
    is_nonconforming: bool | None
    scored_by: str | None
    scored_at: datetime | None
    second_score: Decimal | None
    second_nonconforming: bool | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody must know of."""

    kind: str
    subject: str
    community_code: str | None
    detail: dict[str, Any]


@dataclass(slots=True)
class Outcomes:
    """All that came of judging samples.

    Attributes:
        editions: contents that are new or whose verdict changed.
        standings: sample, what its scores make of it, and whether the agent is told anew.
        agreeing: samples whose two scores agree.
        expired: draw, reviewer and day they were due by → samples that were not scored in time.
        audits_waiting: draw, reviewer (empty: nobody) and day they were due by → corrections still to be looked at.
    """

    editions: list[Edition] = field(default_factory=list)
    standings: list[tuple[JudgedSample, Standing, bool]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    agreeing: list[str] = field(default_factory=list)
    expired: dict[tuple[str, str, date], int] = field(default_factory=dict)
    audits_waiting: dict[tuple[str, str, date], list[str]] = field(default_factory=lambda: defaultdict(list))
