"""Corrections looked at again (QC-06): cases that an error opened are samples of the draw after they were closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from guanjia.pipelines.quality_sampling.counting import Frame, channel_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


@dataclass(frozen=True)
class Audit:
    """A correction to be looked at.

    Attributes:
        case_code: the case that was opened for it.
        sample_code: sample whose error it corrects.
        staff_code: agent whose error it was.
        closed_at: instant the case was closed.
        channel: its channel.
        community_code: its community.
        team_code: team of the agent on the day it was closed; None: none.
        kind: kind of the case.
    """

    case_code: str
    sample_code: str
    staff_code: str
    closed_at: datetime
    channel: str
    community_code: str
    team_code: str | None
    kind: str


def audits_due(transaction: Transaction, frame: Frame, section: str) -> list[Audit]:
    """The corrections that were closed before a week's end and nobody has looked at since, the longest closed first.

    Args:
        transaction: open transaction with the week's temporary tables.
        frame: the week's frame.
        section: community, or `frame.COMPANY`.
    """
    rows = execute(
        transaction,
        "quality_sampling/list_audits",
        frame_to=frame.week.ends_at,
        closing_events=list(frame.rules.closing_events),
    )
    return [
        Audit(
            case_code=row.case_code,
            sample_code=row.sample_code,
            staff_code=row.staff_code,
            closed_at=row.closed_at,
            channel=channel_of("case", row.channel),
            community_code=row.community_code,
            team_code=row.team_code,
            kind=row.kind,
        )
        for row in rows
        if frame.section_of(row.community_code) == section
    ]


def write_audits(
    transaction: Transaction, run: Run, draw_code: str, period: str, stem: str, audits: Sequence[Audit]
) -> None:
    """Put corrections into a draw; they belong to no estimate.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        draw_code: the draw.
        period: its week.
        stem: what the codes of its samples begin with.
        audits: corrections to be looked at.
    """
    if not audits:
        return
    given = {
        "sample_codes": [f"{stem}-A{number:02}" for number in range(1, len(audits) + 1)],
        "case_codes": [each.case_code for each in audits],
        "run_id": run.run_id,
    }
    execute(
        transaction,
        "quality_sampling/write_audits",
        **given,
        draw_code=draw_code,
        period=period,
        sources=[each.sample_code for each in audits],
        staff_codes=[each.staff_code for each in audits],
        occurred_at=[each.closed_at for each in audits],
        channels=[each.channel for each in audits],
        team_codes=[each.team_code for each in audits],
        community_codes=[each.community_code for each in audits],
        outcomes=[each.kind for each in audits],
    )
    execute(transaction, "quality_sampling/note_audits", **given)
