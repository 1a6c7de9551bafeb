"""Telling people: one digest per recipient and run, emergencies apart, standing down, and posts that nobody fills.

What is told and the mark that it was told stand in one transaction. A gate has passed the rows before. Who keeps
office hours gets ordinary digests in working time only: what comes up at night waits for the morning's digest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.domain.masking import mask_text
from guanjia.gateways.mail.letter import (
    Block,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Paragraph,
    Section,
)
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, span_text
from guanjia.outbox import Message, enqueue
from guanjia.pipelines.overdue_escalations.wording import (
    kind_words,
    level_words,
    milestone_words,
    role_words,
    urgency_words,
)
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

SHOWN_ROWS = 50
"""Rows of a table in a mail; the rest is counted below it."""

_DESCRIPTION = 60


def tell(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the mails of everything raised or stood down and not yet told.

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that tells.
        as_of: instant of the run.

    Returns:
        Counts: escalations told, stand-downs told, unfilled posts reported, mails written.
    """
    office_roles = required_setting(transaction, "office_hours_roles", as_of.astimezone(TIME_ZONE).date())
    asked = {"as_of": as_of, "office_roles": list(office_roles) if isinstance(office_roles, tuple) else []}
    raised = execute(transaction, "overdue_escalations/find_untold", **asked).all()
    ended = execute(transaction, "overdue_escalations/find_stood_down_untold", **asked).all()
    messages = list(_digests(run, as_of, raised, ended))
    unfilled, reports = _report_unfilled(transaction, run, as_of)
    written = enqueue(transaction, [*messages, *reports], run_id=run.run_id).written
    for name, rows in (("mark_told", raised), ("mark_stand_down_told", ended), ("mark_reported", unfilled)):
        ids = [row.escalation_id for row in rows]
        if ids:
            execute(transaction, f"overdue_escalations/{name}", as_of=as_of, escalation_ids=ids)
    return {
        "escalations_told": len(raised),
        "stand_downs_told": len(ended),
        "unfilled_reported": len(unfilled),
        "mails_written": written,
    }


def _digests(run: Run, as_of: datetime, raised: Sequence[Row[Any]], ended: Sequence[Row[Any]]) -> Iterable[Message]:
    urgent = _by_staff(row for row in raised if row.is_emergency)
    ordinary = _by_staff(row for row in raised if not row.is_emergency)
    over = _by_staff(ended)
    for rows in urgent.values():
        yield _message(run, as_of, "escalation_emergency", rows, ())
    for staff in sorted({*ordinary, *over}):
        yield _message(run, as_of, "escalation_digest", ordinary.get(staff, []), over.get(staff, []))


def _by_staff(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.staff_code].append(row)
    return found


def _message(run: Run, as_of: datetime, kind: str, raised: Sequence[Row[Any]], ended: Sequence[Row[Any]]) -> Message:
    first = raised[0] if raised else ended[0]
    raised = _highest(raised)
    is_urgent = kind == "escalation_emergency"
    letter = _letter(gettext_for(first.language), as_of, raised, ended, first.post, is_urgent=is_urgent)
    return Message(
        kind=kind,
        business_key=run.run_code,
        recipient=first.email,
        mail=render(letter),
        language=letter.language,
        recipient_name=first.staff_name,
        is_urgent=is_urgent,
        list_name="escalations",
    )


def _highest(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """One row per deadline, its highest level: after an outage the early warning of what is overdue is no news."""
    found: dict[tuple[str, str, int], Row[Any]] = {}
    for row in rows:
        key = (row.case_code, row.milestone, row.occurrence)
        if key not in found or row.level > found[key].level:
            found[key] = row
    return list(found.values())


def _letter(
    _: Translator,
    as_of: datetime,
    raised: Sequence[Row[Any]],
    ended: Sequence[Row[Any]],
    post: str,
    *,
    is_urgent: bool,
) -> Letter:
    late = [row for row in raised if row.level >= 1]
    warned = [row for row in raised if row.level == 0]
    at_once = [row for row in raised if row.level == -1]
    blocks: list[Block] = [KeyFigures(tuple(_figures(_, late, warned, at_once, ended)))]
    for heading, note, rows in (
        (
            _("Emergencies and major cases"),
            _("Told at once. Confirm that somebody is on the spot and keep the case up to date."),
            at_once,
        ),
        (_("Overdue"), _("Act, or hand the case over by name, and record the event in the case."), late),
        (_("Soon due"), _("Still in time: act before the instant shown."), warned),
    ):
        if rows:
            blocks += [Section(heading, note), _raised_table(_, as_of, rows)]
    if ended:
        blocks += [
            Section(_("Stood down"), _("You were told of these; they are met or closed and need nothing more.")),
            _ended_table(_, ended),
        ]
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(as_of, _.language)), tone="muted"))
    subject = _subject(_, len(late), len(warned), len(at_once), len(ended), is_urgent=is_urgent)
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(blocks),
        reason=_(
            "You are {post} for these cases, by the case, the roster or the staff register.", post=role_words(_, post)
        ),
    )


def _subject(_: Translator, late: int, warned: int, at_once: int, ended: int, *, is_urgent: bool) -> str:
    if is_urgent:
        return _.ngettext(
            "Emergency: {n} case needs you now", "Emergency: {n} cases need you now", at_once or late or warned
        )
    if late:
        return _.ngettext("Overdue: {n} deadline", "Overdue: {n} deadlines", late)
    if at_once:
        return _.ngettext("Major case: {n} to know of", "Major cases: {n} to know of", at_once)
    if warned:
        return _.ngettext("Soon due: {n} deadline", "Soon due: {n} deadlines", warned)
    return _.ngettext("Stood down: {n} deadline", "Stood down: {n} deadlines", ended)


def _figures(
    _: Translator, late: Sequence[Any], warned: Sequence[Any], at_once: Sequence[Any], ended: Sequence[Any]
) -> Iterable[KeyFigure]:
    if at_once:
        yield KeyFigure(_("Emergencies and major cases"), str(len({row.case_code for row in at_once})), tone="bad")
    yield KeyFigure(_("Overdue"), str(len(late)), tone="bad" if late else "plain")
    yield KeyFigure(_("Soon due"), str(len(warned)), tone="warning" if warned else "plain")
    if ended:
        yield KeyFigure(_("Stood down"), str(len(ended)), tone="good")


def _raised_table(_: Translator, as_of: datetime, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (Column(_("Case")), Column(_("What")), Column(_("Deadline")), Column(_("Due")), Column(_("Step")))
    lines = tuple(
        (
            Cell(row.case_code, note=_place(row)),
            Cell(f"{kind_words(_, row.kind)} · {urgency_words(_, row.urgency)}", note=_shortened(row.description)),
            Cell(milestone_words(_, row.milestone), note=row.rule_id),
            _due_cell(_, as_of, row),
            Cell(level_words(_, row.level), note=role_words(_, row.role)),
        )
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=_more(_, len(rows)))


def _due_cell(_: Translator, as_of: datetime, row: Row[Any]) -> Cell:
    if row.due_at is None:
        return Cell(_("paused"), note=_("waits for the customer"))
    due = instant_text(row.due_at, _.language)
    if row.due_at >= as_of:
        return Cell(due, note=_("in {span}", span=span_text(row.due_at - as_of, _.language)))
    return Cell(due, "bad", _("{span} late", span=span_text(as_of - row.due_at, _.language)))


def _ended_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (Column(_("Case")), Column(_("Deadline")), Column(_("Ended")))
    lines = tuple(
        (
            Cell(row.case_code, note=_place(row)),
            milestone_words(_, row.milestone),
            Cell(
                instant_text(row.stood_down_at, _.language),
                "good",
                _("met") if row.state in ("met", "met_late") else _("cancelled"),
            ),
        )
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=_more(_, len(rows)))


def _place(row: Row[Any]) -> str:
    return " ".join(part for part in (row.community_name, row.unit_code) if part)


def _shortened(description: str | None) -> str:
    text = mask_text(" ".join((description or "").split()))
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1] + "…"


def _more(_: Translator, count: int) -> str:
    return _("… and {n} more", n=count - SHOWN_ROWS) if count > SHOWN_ROWS else ""


def _report_unfilled(transaction: Transaction, run: Run, as_of: datetime) -> tuple[list[Row[Any]], list[Message]]:
    """Steps whose post nobody fills, or whose holder has no address, to the subscribers of `escalation` in scope.

    Returns:
        The escalations reported to at least one person, and the mails.
    """
    rows = execute(transaction, "overdue_escalations/find_unreported").all()
    if not rows:
        return [], []
    subscribers = execute(transaction, "overdue_escalations/find_escalation_subscribers").all()
    reported: dict[int, Row[Any]] = {}
    messages = []
    for who, scopes in _scopes(subscribers).items():
        theirs = [row for row in rows if _in_scope(row, scopes)]
        if theirs:
            reported |= {row.escalation_id: row for row in theirs}
            messages.append(_unfilled_message(run, as_of, who, theirs))
    return list(reported.values()), messages


def _scopes(subscribers: Sequence[Row[Any]]) -> Mapping[tuple[str, str, str], set[str]]:
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in subscribers:
        found[row.email, row.recipient_name or "", row.language].add(row.scope)
    return found


def _in_scope(row: Row[Any], scopes: set[str]) -> bool:
    return bool({"company", row.community_code, f"region:{row.region}"} & scopes)


def _unfilled_message(run: Run, as_of: datetime, who: tuple[str, str, str], rows: Sequence[Row[Any]]) -> Message:
    email, name, language = who
    _ = gettext_for(language)
    columns = (Column(_("Community")), Column(_("Post")), Column(_("Case")), Column(_("What became of it")))
    lines = tuple(
        (
            row.community_name,
            role_words(_, row.role),
            Cell(row.case_code, note=f"{milestone_words(_, row.milestone)} · {level_words(_, row.level)}"),
            _unfilled_outcome(_, row),
        )
        for row in rows[:SHOWN_ROWS]
    )
    subject = _.ngettext(
        "Nobody to tell: {n} escalation without a post holder",
        "Nobody to tell: {n} escalations without a post holder",
        len(rows),
    )
    letter = Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            Paragraph(
                _(
                    "The posts below had nobody on the roster, in the community or in the company, or nobody with a "
                    "mail address. Complete the staff register or the roster."
                )
            ),
            DataTable(columns, lines, more=_more(_, len(rows))),
            Paragraph(_("As of {instant}.", instant=instant_text(as_of, _.language)), tone="muted"),
        ),
        reason=_("You are registered for the report on escalations."),
    )
    return Message(
        kind="escalation_unfilled",
        business_key=run.run_code,
        recipient=email,
        mail=render(letter),
        language=letter.language,
        recipient_name=name,
        list_name="escalations",
    )


def _unfilled_outcome(_: Translator, row: Row[Any]) -> str:
    if row.found_by == "nobody":
        return _("nobody could be told")
    if row.found_by == "next_level":
        return _("the next level was told: {staff}", staff=row.staff_code)
    if row.email is not None:
        return _("{staff} serves another community by now", staff=row.staff_code)
    return _("{staff} has no mail address", staff=row.staff_code)
