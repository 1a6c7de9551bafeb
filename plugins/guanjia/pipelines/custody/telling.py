"""Telling people of things kept: each step once, in the transaction that marks it told.

What nobody can be told of (a post that nobody fills) stays untold and comes up again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import Letter
from guanjia.gateways.mail.rendering import render
from guanjia.outbox import Attachment, Message, enqueue
from guanjia.outbox.editions import in_next_editions
from guanjia.pipelines.custody.letters_devices import devices_letter, unchecked_letter
from guanjia.pipelines.custody.letters_found import FoundList, found_letter
from guanjia.pipelines.custody.letters_keys import borrowed_letter, keys_letter
from guanjia.pipelines.custody.papers import device_papers, found_papers, key_papers
from guanjia.pipelines.custody.served import Moment, begin, rules_on
from guanjia.pipelines.custody.telling_people import LIST_NAME, Readers, nobody
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

LETTERS: Final = {
    "to_administration": "V",
    "posted": "F",
    "handed_over": "H",
    "disposal": "D",
    "key_chased": "K",
    "device_abnormal": "E",
    "device_unchecked": "U",
}
"""What the code of a step's lists begins with."""

_KINDS: Final = {
    "to_administration": "custody_valuables",
    "posted": "custody_notice",
    "handed_over": "custody_handover",
    "disposal": "custody_disposal",
}

Papers = Callable[[Sequence[Row[Any]], str], tuple[Attachment, ...]]
Write = Callable[[Sequence[Row[Any]], str], Letter]


@dataclass(frozen=True)
class _Teller:
    """What all kinds of mail share: the transaction, the run, its moment and the people."""

    transaction: Transaction
    run: Run
    moment: Moment
    people: Readers

    def list_code(self, step: str) -> str:
        """Code of a step's next list of the day."""
        first = f"{LETTERS[step]}{self.moment.today.isoformat()}"
        lists = execute(self.transaction, "custody/count_lists", list_code=first).scalar_one()
        return f"{first}-{lists + 1}" if lists else first

    def mark(self, step: str, subjects: Iterable[str], code: str, until: date | None = None) -> None:
        """Mark a step of some subjects as told."""
        execute(
            self.transaction,
            "custody/mark_told",
            step=step,
            subjects=list(subjects),
            list_code=code,
            until=until,
            at=self.moment.at,
            run_id=self.run.run_id,
        )

    def messages(
        self, kind: str, code: str, given: dict[Addressee, list[Row[Any]]], write: Write, papers: Papers
    ) -> list[Message]:
        """A mail for everybody; those with the same rows and language share it."""
        made: dict[tuple[int, ...], Any] = {}
        messages = []
        for who, rows in given.items():
            key = (*map(id, rows), hash(who.language))
            if key not in made:
                made[key] = (render(write(rows, who.language)), papers(rows, who.language))
            mail, attachments = made[key]
            messages.append(
                Message(
                    kind=kind,
                    business_key=code,
                    recipient=who.email,
                    mail=mail,
                    language=who.language,
                    recipient_name=who.name,
                    attachments=attachments,
                    list_name=LIST_NAME,
                )
            )
        return messages


def tell(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the mails of everything that is not told yet.

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that tells.
        as_of: aware instant of the run.

    Returns:
        Counts: things told by step (``to_administration``, ``posted``, ``handed_over``, ``disposal``), ``keys_told``,
        ``abnormal_told``, ``unchecked_told`` and ``mails_written``. All nought where nobody is served.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    moment = begin(transaction, as_of)
    counts = dict.fromkeys((*_KINDS, "keys_told", "abnormal_told", "unchecked_told", "mails_written"), 0)
    if not moment.served.live_from:
        return counts
    teller = _Teller(transaction, run, moment, Readers(transaction, moment))
    messages: list[Message] = []
    for step in _KINDS:
        written, counts[step] = _tell_found(teller, step)
        messages += written
    for name, telling in (
        ("keys_told", _tell_keys),
        ("abnormal_told", _tell_abnormal),
        ("unchecked_told", _tell_unchecked),
    ):
        written, counts[name] = telling(teller)
        messages += written
    if messages:
        counts["mails_written"] = enqueue(
            transaction, in_next_editions(transaction, messages), run_id=run.run_id
        ).written
    return counts


def _tell_found(teller: _Teller, step: str) -> tuple[list[Message], int]:
    """Found things on one list for everybody it concerns."""
    rows = execute(teller.transaction, "custody/list_untold_items", step=step, at=teller.moment.at).all()
    if not rows:
        return [], 0
    readers = {
        "to_administration": teller.people.administration,
        "posted": teller.people.posting,
        "handed_over": lambda: [*teller.people.administration(), *teller.people.posting()],
        "disposal": teller.people.disposal,
    }[step]()
    if not readers:
        nobody(step, [row.item_code for row in rows])
        return [], 0
    rules = rules_on(teller.transaction, teller.moment.today)
    until = teller.moment.today + timedelta(days=rules.posting_days) if step == "posted" else None
    code = teller.list_code(step)
    found = FoundList(step, code, rows, teller.moment.at, until)
    teller.mark(step, [row.item_code for row in rows], code, until)
    given = {who: list(rows) for who in dict.fromkeys(readers)}
    return (
        teller.messages(
            _KINDS[step],
            code,
            given,
            lambda _rows, language: found_letter(found, language, rules.disposal_months),
            lambda _rows, language: found_papers(found, language),
        ),
        len(rows),
    )


def _tell_keys(teller: _Teller) -> tuple[list[Message], int]:
    """Keys to who keeps them, and to those of the staff who borrowed them."""
    rows = execute(teller.transaction, "custody/list_untold_keys", at=teller.moment.at).all()
    given, told = _give(rows, lambda row: teller.people.keepers(row.community_code), "key", "loan_code")
    if not told:
        return [], 0
    code, at = teller.list_code("key_chased"), teller.moment.at
    borrowed: dict[Addressee, list[Row[Any]]] = {}
    for row in told:
        borrower = teller.people.borrower(row.borrower, row.community_code)
        if borrower is not None:
            borrowed.setdefault(borrower, []).append(row)
    teller.mark("key_chased", [row.loan_code for row in told], code)
    return (
        [
            *teller.messages(
                "custody_keys",
                code,
                given,
                lambda some, language: keys_letter(some, language, at, code),
                lambda some, language: key_papers(some, language, at, code),
            ),
            *teller.messages(
                "custody_borrowed",
                code,
                borrowed,
                lambda some, language: borrowed_letter(some, language, at, code),
                lambda _rows, _language: (),
            ),
        ],
        len(told),
    )


def _tell_abnormal(teller: _Teller) -> tuple[list[Message], int]:
    """Devices out of order to IT."""
    rows = execute(teller.transaction, "custody/list_untold_devices", step="device_abnormal").all()
    given, told = _give(rows, lambda row: teller.people.technicians(row.community_code), "device", "subject")
    if not told:
        return [], 0
    code, at = teller.list_code("device_abnormal"), teller.moment.at
    teller.mark("device_abnormal", [row.subject for row in told], code)
    return (
        teller.messages(
            "custody_devices",
            code,
            given,
            lambda some, language: devices_letter(some, language, at, code),
            lambda some, language: device_papers(some, language, at, code),
        ),
        len(told),
    )


def _tell_unchecked(teller: _Teller) -> tuple[list[Message], int]:
    """Devices nobody checked to the leader of who began first."""
    rows = execute(teller.transaction, "custody/list_untold_devices", step="device_unchecked").all()
    given, told = _give(
        rows, lambda row: teller.people.leaders(row.community_code, row.team_code), "unchecked device", "subject"
    )
    if not told:
        return [], 0
    code, at = teller.list_code("device_unchecked"), teller.moment.at
    teller.mark("device_unchecked", dict.fromkeys(row.subject for row in told), code)
    return (
        teller.messages(
            "custody_unchecked",
            code,
            given,
            lambda some, language: unchecked_letter(some, language, at, code),
            lambda _rows, _language: (),
        ),
        len(told),
    )


def _give(
    rows: Sequence[Row[Any]], whom: Callable[[Row[Any]], Sequence[Addressee]], what: str, subject: str
) -> tuple[dict[Addressee, list[Row[Any]]], list[Row[Any]]]:
    """Each row to everybody who is to be told of it; and the rows that somebody is told of."""
    given: dict[Addressee, list[Row[Any]]] = {}
    told, silent = [], []
    for row in rows:
        people = whom(row)
        for who in people:
            given.setdefault(who, []).append(row)
        if people:
            told.append(row)
        else:
            silent.append(str(row._mapping[subject]))
    if silent:
        nobody(what, silent)
    return given, told
