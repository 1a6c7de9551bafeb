"""Monday's mail to team leaders and heads: what was drawn, results of the weeks before, checks, what is open."""

from __future__ import annotations

from datetime import datetime

from guanjia.gateways.mail.rendering import render
from guanjia.outbox import Message
from guanjia.pipelines.quality_sampling.letters_week import week_letter
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.quality_sampling.telling_people import LIST_NAME, Readers, nobody
from guanjia.pipelines.quality_sampling.week_report import in_scope
from guanjia.pipelines.quality_sampling.week_workbook import week_workbook
from guanjia.pipelines.scheduled_callbacks.telling_people import key_of
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def tell_week(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """Draws nobody was told of, with everything a leader needs that week: one mail each, whatever the posts held.

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the counts ``draws_told`` and ``results_told`` (scopes of weeks).
    """
    draws = execute(transaction, "quality_sampling/find_untold_draws").all()
    if not draws:
        return [], {"draws_told": 0, "results_told": 0}
    codes = [row.draw_code for row in draws]
    weeks = sorted({row.period for row in draws if row.kind == "weekly"})
    results = execute(transaction, "quality_sampling/find_untold_results", day=day_of(at)).all()
    rows = {
        "draws": draws,
        "drawn": execute(transaction, "quality_sampling/count_drawn_items", draw_codes=codes).all(),
        "results": results,
        "findings": execute(transaction, "quality_sampling/list_week_findings", periods=weeks).all(),
        "corrections": execute(transaction, "quality_sampling/list_open_corrections", at=at).all(),
        "appeals": execute(transaction, "quality_sampling/list_open_appeals").all(),
    }
    leaders = people.leaders_by_scope()
    if not leaders:
        nobody("draw", codes)
        return [], {"draws_told": 0, "results_told": 0}
    messages = []
    for who, scope in leaders.items():
        report = in_scope(scope, rows, people.name, people.places)
        if report.is_empty:
            continue
        messages.append(
            Message(
                kind="quality_team_week",
                business_key=f"{key_of(row.period for row in report.draws or draws)}/{scope.name}",
                recipient=who.email,
                mail=render(week_letter(report, who.language, at)),
                language=who.language,
                recipient_name=who.name,
                attachments=(week_workbook(report, who.language, at),),
                list_name=LIST_NAME,
            )
        )
    execute(transaction, "quality_sampling/mark_draws_told", at=at, draw_codes=codes)
    told_weeks = sorted({row.period for row in results})
    if told_weeks:
        execute(transaction, "quality_sampling/mark_results_told", at=at, periods=told_weeks)
    return messages, {"draws_told": len(draws), "results_told": len(results)}
