"""Why a found thing or a lent key is where it is: what was due when, by which rule, and who was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.custody import CustodyRules, DueStep, Taken, found_steps
from guanjia.domain.errors import UnknownName
from guanjia.domain.masking import mask_name, mask_text
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text
from guanjia.pipelines.custody.served import rules_on
from guanjia.pipelines.custody.words import days_out_text, local_day, step_words
from guanjia.pipelines.reports.served import served_on
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_FOUND: Final = ("to_administration", "posted", "handed_over", "disposal")
_KEYS: Final = ("key_chased",)
_SHOWN: Final = 10
_RULES: Final = {
    "to_administration": N_("valuables nobody claims the same day"),
    "posted": N_("posted on the first posting day, for {days} days"),
    "handed_over": N_("at the end of the month in which the notice ends"),
    "disposal": N_("{months} months after it was found"),
}


def explain_item(transaction: Transaction, item_code: str, as_of: datetime, language: str) -> list[str]:
    """What was done with a found thing, and what comes next.

    Args:
        transaction: open transaction; nothing is written.
        item_code: the thing.
        as_of: aware; what happened after it is left out, inclusive.
        language: zh or en.

    Returns:
        Sentences: the thing; each step with its rule, list and mails; what comes next, or why nothing does.

    Raises:
        UnknownName: there is no such thing.
        SettingsError: a stored setting cannot be read.
    """
    _ = gettext_for(language)
    found = execute(transaction, "custody/read_explained_item", item_code=item_code).one_or_none()
    if found is None:
        raise UnknownName(
            _("There is no found thing {code}. `guanjia export found_property` lists them.", code=item_code)
        )
    if found.found_at > as_of:
        return [_("{code} is not visible yet: it was found after {as_of}.", code=item_code, as_of=_instant(_, as_of))]
    rules = rules_on(transaction, local_day(as_of))
    steps = _steps(transaction, _FOUND, item_code, as_of)
    told = [
        _(
            "{code}: {item}, found at {found} ({place}).",
            code=item_code,
            item=mask_text(found.item),
            found=_instant(_, found.found_at),
            place=found.place or "–",
        ),
        *(_step_sentence(_, step, rules) for step in steps),
    ]
    served = served_on(transaction, local_day(as_of))
    if found.claimed_at is not None and found.claimed_at <= as_of:
        told.append(_claim_sentence(_, found))
    elif not served.live_from:
        told.append(_("No community is served (setting live_from): nothing is due."))
    elif found.found_at < served.first_instant:
        told.append(
            _(
                "It was found before the first community was served ({day}): it is left alone.",
                day=day_text(local_day(served.first_instant), _.language),
            )
        )
    else:
        told.append(_next_sentence(_, found, steps, rules))
    return told


def _claim_sentence(_: Translator, found: Row[Any]) -> str:
    at = _instant(_, found.claimed_at)
    if not found.claimed_by:
        return _("Handed out at {at}; the register does not say to whom: enter it (CUST-01, identity).", at=at)
    return _("Handed out at {at} to {who}: nothing more is due.", at=at, who=mask_name(found.claimed_by))


def explain_loan(transaction: Transaction, loan_code: str, as_of: datetime, language: str) -> list[str]:
    """Whether a key is out, and how often it was chased.

    Args:
        transaction: open transaction; nothing is written.
        loan_code: the loan.
        as_of: aware; what happened after it is left out, inclusive.
        language: zh or en.

    Returns:
        Sentences: the loan; whether it is back; the evenings it was chased; what comes next.

    Raises:
        UnknownName: there is no such loan.
        SettingsError: a stored setting cannot be read.
    """
    _ = gettext_for(language)
    found = execute(transaction, "custody/read_explained_loan", loan_code=loan_code).one_or_none()
    if found is None:
        raise UnknownName(_("There is no loan {code}. `guanjia export key_loans` lists them.", code=loan_code))
    if found.borrowed_at > as_of:
        return [_("{code} is not visible yet: it was lent after {as_of}.", code=loan_code, as_of=_instant(_, as_of))]
    where = " ".join(part for part in (found.community_name, found.unit_code) if part) or _("company")
    told = [
        _(
            "{code}: key of {place}, lent to {who} at {at}; it is to be back the same day (CUST-02).",
            code=loan_code,
            place=where,
            who=mask_name(found.borrower),
            at=_instant(_, found.borrowed_at),
        )
    ]
    chases = _steps(transaction, _KEYS, loan_code, as_of)
    told += [_chase_sentence(_, step) for step in chases[-_SHOWN:]]
    if len(chases) > _SHOWN:
        told.insert(1, _("Chased on {n} evenings; the last {shown}:", n=len(chases), shown=_SHOWN))
    return [*told, _loan_end(_, transaction, found, as_of)]


def _loan_end(_: Translator, transaction: Transaction, found: Row[Any], as_of: datetime) -> str:
    if found.returned_at is not None and found.returned_at <= as_of:
        return _("Back at {at}: it is chased no more.", at=_instant(_, found.returned_at))
    served = served_on(transaction, local_day(as_of))
    first = (
        served.live_from.get(found.community_code)
        if found.community_code
        else min(served.live_from.values(), default=None)
    )
    if first is None or local_day(found.borrowed_at) < first:
        return _("It is left alone: its community is not served, or was not when it was lent (setting live_from).")
    out = days_out_text(_, found.borrowed_at, local_day(as_of))
    return _(
        "Still out ({days}): it is chased every evening at 18:00 until the register says that it is back.", days=out
    )


def _steps(transaction: Transaction, steps: Sequence[str], subject: str, as_of: datetime) -> Sequence[Row[Any]]:
    return execute(transaction, "custody/list_explained_steps", steps=list(steps), subject=subject, as_of=as_of).all()


def _step_sentence(_: Translator, step: Row[Any], rules: CustodyRules) -> str:
    rule = _(_RULES[step.step]).format(days=rules.posting_days, months=rules.disposal_months)
    name = step_words(_, step.step)
    fields = {
        "step": name[:1].upper() + name[1:],
        "day": day_text(step.due_on, _.language),
        "rule": rule,
        "run": step.run_code,
    }
    if step.cancelled_on is not None:
        return _(
            "{step}: was due from {day} (CUST-01, {rule}); cancelled on {cancelled}, before anybody knew (run {run}).",
            **fields,
            cancelled=day_text(step.cancelled_on, _.language),
        )
    if step.told_at is None:
        return _("{step}: due from {day} (CUST-01, {rule}); nobody was told yet (run {run}).", **fields)
    fields |= {"at": _instant(_, step.told_at), "list": step.list_code}
    if not step.mails:  # told before the house kept its mails, such as what the sample begins with
        sentence = _(
            "{step}: due from {day} (CUST-01, {rule}); told at {at} on list {list}, without a mail (run {run}).",
            **fields,
        )
    else:
        sentence = _.ngettext(
            "{step}: due from {day} (CUST-01, {rule}); told at {at} on list {list}, {n} mail (run {run}).",
            "{step}: due from {day} (CUST-01, {rule}); told at {at} on list {list}, {n} mails (run {run}).",
            step.mails,
            **fields,
        )
    if step.until is not None:
        sentence += ("" if _.language == "zh" else " ") + _(
            "The notice hangs until {until}.", until=day_text(step.until, _.language)
        )
    return sentence


def _chase_sentence(_: Translator, step: Row[Any]) -> str:
    day = day_text(step.due_on, _.language)
    if step.cancelled_on is not None:
        return _("Evening of {day}: it came back before anybody was told.", day=day)
    if step.told_at is None:
        return _("Evening of {day}: to be chased; nobody was told yet (run {run}).", day=day, run=step.run_code)
    return _("Evening of {day}: chased, list {list} (run {run}).", day=day, list=step.list_code, run=step.run_code)


def _next_sentence(_: Translator, found: Row[Any], steps: Sequence[Row[Any]], rules: CustodyRules) -> str:
    due = next_step(found, steps, rules)
    if due is None:
        return _("Unclaimed. Nothing more comes by itself: what is to become of it is decided by hand.")
    rule = _(_RULES[due.step]).format(days=rules.posting_days, months=rules.disposal_months)
    return _(
        "Unclaimed. Next: {step}, from the evening of {day} ({rule}).",
        step=step_words(_, due.step),
        day=day_text(due.due_on, _.language),
        rule=rule,
    )


def next_step(found: Row[Any], steps: Sequence[Row[Any]], rules: CustodyRules) -> DueStep | None:
    """What comes next of an unclaimed thing; None: nothing, it was reported for disposal.

    Args:
        found: of ``read_explained_item``.
        steps: of ``list_explained_steps``.
        rules: numbers of the procedure.
    """
    known = [step for step in steps if step.cancelled_on is None]
    waiting = next((step for step in known if step.told_at is None), None)
    if waiting is not None:
        return DueStep(waiting.due_on, waiting.step)
    taken = {step.step: Taken(step.due_on, local_day(step.told_at), step.until) for step in known}
    coming = found_steps(
        found.found_at, is_valuable=found.valuable, taken=taken, evening=date.max, rules=rules, zone=TIME_ZONE
    )
    return coming[0] if coming else None


def _instant(_: Translator, instant: datetime) -> str:
    return instant_text(instant, _.language)
