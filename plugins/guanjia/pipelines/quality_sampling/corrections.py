"""Errors are recorded with correction and prevention: a case to the agent's department, looked at again (QC-06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.pipelines.quality_sampling.frame import prepare_teams
from guanjia.pipelines.quality_sampling.judging import criteria_of, judged_of, note_remarks
from guanjia.pipelines.quality_sampling.score_rows import Remark
from guanjia.pipelines.quality_sampling.scoring import counting_of, whole_score
from guanjia.pipelines.quality_sampling.served import begin, day_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_SUBJECTS: Final = {"call": "通话", "case": "工单"}


def open_corrections(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Open the cases that final samples with an error call for, each once.

    The leader of the agent's team of that day writes back what was corrected and what prevents it from happening again.
    Once the case is closed, the next draw has it looked at (reason ``audit``), by the criteria that were failed; where
    they are failed again, a new case is opened.

    Args:
        transaction: open transaction, after appeals were taken for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of rows written: ``corrections_opened`` and ``correction_remarks``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    prepare_teams(transaction)
    rows = execute(transaction, "quality_sampling/list_uncorrected_samples", today=day_of(at)).all()
    opened = _open(transaction, run, at, [row for row in rows if row.community_code]) if rows else 0
    unfounded = [
        Remark(
            "correction_unfounded",
            row.case_code,
            row.community_code,
            {"case_code": row.case_code, "sample_code": row.sample_code, "staff_code": row.staff_code},
        )
        for row in execute(transaction, "quality_sampling/list_unfounded_corrections")
    ]
    return {"corrections_opened": opened, "correction_remarks": note_remarks(transaction, run, at, unfounded)}


def _open(transaction: Transaction, run: Run, at: datetime, rows: Sequence[Row[Any]]) -> int:
    failed = _failed(transaction, rows)
    departments = {
        community: str(required_setting(transaction, "quality_department", day_of(at), community))
        for community in {row.community_code for row in rows}
    }
    return execute(
        transaction,
        "quality_sampling/open_quality_cases",
        sample_codes=[row.sample_code for row in rows],
        staff_codes=[row.staff_code for row in rows],
        criteria=[",".join(failed[row.sample_code]) for row in rows],
        community_codes=[row.community_code for row in rows],
        unit_codes=[row.unit_code for row in rows],
        handlers=[row.leader for row in rows],
        departments=[row.department or departments[row.community_code] for row in rows],
        descriptions=[_description(row, failed[row.sample_code]) for row in rows],
        at=at,
        run_id=run.run_id,
    ).rowcount


def _failed(transaction: Transaction, rows: Sequence[Row[Any]]) -> dict[str, tuple[str, ...]]:
    """Sample → criteria that were failed by the score that counts."""
    codes = [row.sample_code for row in rows]
    criteria, judged = criteria_of(transaction, codes), judged_of(transaction, codes)
    found = {}
    for row in rows:
        code = row.sample_code
        score = whole_score(row.scored_by, criteria[code], counting_of(judged[code]))
        found[code] = score.item.failed if score else ()
    return found


def _description(row: Row[Any], failed: Sequence[str]) -> str:
    """What the case says: whose error, in what, what failed, and what is to be written back."""
    when = f"，{row.occurred_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}" if row.occurred_at else ""
    critical = "，致命差错" if row.is_critical else ""
    again = f"（{row.audits_code} 整改复查）" if row.audits_code else ""
    return (
        f"质检不合格{again}：抽样 {row.sample_code}，得分 {row.score:.2f}{critical}；客服 {row.staff_code}，"
        f"{_SUBJECTS[row.subject_kind]} {row.subject_code}{when}。未达标项：{'、'.join(failed) or '总分'}。"
        "请回填：1. 纠正措施（本次差错如何纠正）；2. 预防措施（今后如何避免）。"
    )
