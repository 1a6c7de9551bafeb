"""Telling agents their own scores, and everybody concerned what becomes of an appeal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.gateways.mail.rendering import render
from guanjia.gateways.spreadsheets.listing import XLSX
from guanjia.i18n import gettext_for
from guanjia.outbox import Attachment, Message
from guanjia.pipelines.quality_sampling.appeals import appeal_ends
from guanjia.pipelines.quality_sampling.letters_appeal import appeals_letter, review_letter
from guanjia.pipelines.quality_sampling.letters_scores import scores_letter
from guanjia.pipelines.quality_sampling.list_rows import ScoredSample, read_appeals, read_scored
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.quality_sampling.telling_people import LIST_NAME, Readers, nobody
from guanjia.pipelines.scheduled_callbacks.telling_people import key_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def tell_scores(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """New scores, to the agents whose work they are about and to nobody else; each agent one mail.

    The time for appeals begins with it. Of an agent without an address the leader of the team hands the mail over; of
    one who has left nobody is told, and the score becomes final all the same.

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``scores_told``.
    """
    rows = execute(transaction, "quality_sampling/find_untold_scores").all()
    if not rows:
        return [], {"scores_told": 0}
    ends = appeal_ends(transaction, at, sorted(people.places))
    last = max(ends.values())
    execute(
        transaction,
        "quality_sampling/mark_scores_told",
        at=at,
        sample_codes=[row.sample_code for row in rows],
        appeal_until=[ends.get(row.community_code or "", last) for row in rows],
    )
    by_agent: dict[str, list[ScoredSample]] = defaultdict(list)
    told = [row.sample_code for row in rows if people.is_employed(row.staff_code)]
    for each in read_scored(transaction, told):
        by_agent[each.staff_code].append(replace(each, number=len(by_agent[each.staff_code]) + 1))
    messages = []
    for staff_code, theirs in by_agent.items():
        messages += _scores_of(people, staff_code, theirs, at)
    return messages, {"scores_told": len(rows)}


def _scores_of(people: Readers, staff_code: str, scored: list[ScoredSample], at: datetime) -> list[Message]:
    from guanjia.pipelines.quality_sampling.appeal_workbook import appeal_workbook

    member = people.member(staff_code)
    register = people.staff[staff_code]
    readers = [member] if member else people.leaders(register.team_code, register.community_code)
    if not readers:
        nobody("scores of an agent", [staff_code])
    messages = []
    for who in readers:
        _ = gettext_for(who.language)
        title = _("Appeal against quality scores")
        name = f"{title}-{day_of(at).isoformat()}-{staff_code}.xlsx"
        messages.append(
            Message(
                kind="quality_score_told",
                business_key=f"{day_of(at).isoformat()}/{staff_code}",
                recipient=who.email,
                mail=render(scores_letter(scored, None if member else people.name(staff_code), who.language, at)),
                language=who.language,
                recipient_name=who.name,
                attachments=(Attachment(name, XLSX, appeal_workbook(scored, who.language)),),
                list_name=LIST_NAME,
            )
        )
    return messages


def tell_appeals(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """The last step of each appeal: taken, to who looks at it again; then what became of it, to agent and leader.

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``appeals_told``.
    """
    rows = execute(transaction, "quality_sampling/find_untold_appeals").all()
    concerned: dict[Addressee, list[Row[Any]]] = defaultdict(list)
    deciding: dict[Addressee, list[Row[Any]]] = defaultdict(list)
    told = []
    for row in rows:
        readers = dict.fromkeys(_concerned(people, row))
        for who in readers:
            concerned[who].append(row)
        judges = _judges(people, row)
        for who in judges:
            deciding[who].append(row)
        if readers or judges:
            told.append(row)
        else:
            nobody("appeal", [row.sample_code])
    if told:
        execute(
            transaction,
            "quality_sampling/mark_appeals_told",
            at=at,
            sample_codes=[row.sample_code for row in told],
            appealed_at=[row.appealed_at for row in told],
        )
    messages = [
        Message(
            kind="quality_appeal",
            business_key=key_of(f"{row.sample_code}/{_step(row)}" for row in theirs),
            recipient=who.email,
            mail=render(appeals_letter(theirs, people.name, who.language, at)),
            language=who.language,
            recipient_name=who.name,
            list_name=LIST_NAME,
        )
        for who, theirs in concerned.items()
    ]
    messages += [_review(transaction, who, theirs, at) for who, theirs in deciding.items()]
    return messages, {"appeals_told": len(told)}


def _concerned(people: Readers, row: Row[Any]) -> list[Addressee]:
    """Who appealed; of what is decided, the agent and the leaders of the team of that day too."""
    appellant = people.member(row.appellant)
    found = [appellant] if appellant else []
    if row.verdict == "refused" or row.outcome is not None:
        agent = people.member(row.staff_code)
        is_own = row.appellant == row.staff_code
        if row.outcome is not None or is_own:
            found += [agent] if agent else []
            found += people.leaders(row.team_code, row.community_code)
    return found


def _judges(people: Readers, row: Row[Any]) -> list[Addressee]:
    if row.verdict != "accepted" or row.outcome is not None:
        return []
    member = people.member(row.reviewer)
    return [member] if member else people.heads(row.community_code)


def _review(transaction: Transaction, who: Addressee, rows: list[Row[Any]], at: datetime) -> Message:
    from guanjia.pipelines.quality_sampling.appeal_workbook import decision_workbook

    _ = gettext_for(who.language)
    appeals = read_appeals(transaction, [row.sample_code for row in rows])
    title = _("Quality check appeal")
    name = f"{title}-{key_of(row.sample_code for row in rows)}.xlsx"
    files = (Attachment(name, XLSX, decision_workbook(appeals, who.language)),) if appeals else ()
    return Message(
        kind="quality_appeal",
        business_key=key_of(f"{row.sample_code}/review" for row in rows),
        recipient=who.email,
        mail=render(review_letter(rows, appeals, who.language, at)),
        language=who.language,
        recipient_name=who.name,
        attachments=files,
        list_name=LIST_NAME,
    )


def _step(row: Row[Any]) -> str:
    if row.verdict == "refused":
        return "refused"
    return "decided" if row.outcome is not None else "taken"
