"""How an item of the quality check is put into words: which call or case it is, when, what about, how it is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.pipelines.quality_sampling.list_rows import FailedCriterion, ListedCriterion, ListedSample, Subject
from guanjia.pipelines.scheduled_callbacks.list_columns import spelt
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.service import cases

_CHINESE_KINDS: Final = cases.c.kind.info["choices"]
_DIRECTIONS: Final = {"in": N_("inbound call"), "out": N_("outbound call")}
_POINTS: Final = {
    "规范开场与问候": N_("Greets at once, names the service centre, asks how to help"),
    "自我介绍": N_("Gives name or staff number and says what for"),
    "倾听不抢话": N_("Lets the customer finish, no interrupting, no talking over"),
    "使用普通话": N_("Standard Mandarin throughout, clear and unhurried, no dialect"),
    "准确记录诉求": N_("Unit, number to call, matter and time complete and as the customer said"),
    "解答正确": N_("Answer agrees with rules and facts; steps and time limits told rightly"),
    "不推诿不归咎系统": N_("Never blames the system or another department; takes it on"),
    "礼貌结束语": N_("Asks for anything else, thanks, says goodbye, lets the customer hang up first"),
}
"""What to look for, of the criteria the house ships, from the beginning of a call to its end; of the owner's own ones
their name says it."""


def subject_words(_: Translator, subject: Subject) -> str:
    """Which call or case it is, on two lines."""
    if subject.kind == "call":
        direction = _(_DIRECTIONS[subject.channel]) if subject.channel in _DIRECTIONS else subject.channel
        return _("Call no. {code}", code=subject.code) + (f"\n{direction}" if direction else "")
    parts = [kind_words(_, subject.case_kind)] if subject.case_kind else []
    if subject.channel and subject.channel != "none":
        parts.append(subject.channel)
    return _("Case no. {code}", code=subject.code) + ("\n" + " · ".join(parts) if parts else "")


def when_words(_: Translator, subject: Subject) -> str:
    """When it was: a call's day and times; a case's opening and closing."""
    if subject.kind == "call":
        if subject.started_at is None:
            return _instant(subject.occurred_at)
        started, ended = subject.started_at.astimezone(TIME_ZONE), subject.occurred_at.astimezone(TIME_ZONE)
        return f"{started:%Y-%m-%d}\n{started:%H:%M:%S}–{ended:%H:%M:%S}"
    closed = _("closed {instant}", instant=_instant(subject.occurred_at))
    if subject.opened_at is None:
        return closed
    return _("received {instant}", instant=_instant(subject.opened_at)) + "\n" + closed


def what_words(_: Translator, subject: Subject) -> str:
    """What it was about: the customer's wish, and what was noted when it was done; a dash where nothing was written."""
    lines = []
    if subject.kind == "call" and subject.case_code:
        kind = kind_words(_, subject.case_kind) if subject.case_kind else _("Case")
        lines.append(_("For {kind} {code}", kind=kind, code=subject.case_code))
    if subject.case_text:
        lines.append(subject.case_text)
    if subject.done_note:
        lines.append(_("Noted: {text}", text=subject.done_note))
    return "\n".join(lines) or "—"


def note_words(_: Translator, subject: Subject) -> str:
    """What sets an item apart; empty where nothing does."""
    return _("correction, looked at again: was it put right and prevented?") if subject.is_audit else ""


def as_heard(criteria: Sequence[ListedCriterion]) -> list[ListedCriterion]:
    """Criteria as they come up in a call, where all are the ones the house ships; else as the draw has them."""
    places = {name: place for place, name in enumerate(_POINTS)}
    if any(each.name not in places for each in criteria):
        return list(criteria)
    return sorted(criteria, key=lambda each: places[each.name])


def usual_pass_score(rows: Sequence[ListedSample]) -> Decimal:
    """The score from which most criteria of a list are passed; of several that are as usual, the highest."""
    counted = Counter(criterion.pass_score for row in rows for criterion in row.criteria)
    return max(counted, key=lambda score: (counted[score], score))


def passed_words(_: Translator, pass_score: Decimal) -> str:
    """From which score a criterion is passed."""
    return _("passed from {n}", n=number_text(pass_score))


def point_words(_: Translator, criterion: ListedCriterion, usual: Decimal) -> str:
    """What to look for; whether the whole item hangs on it; from which score it is passed where that is unusual."""
    lines = [_(_POINTS[criterion.name])] if criterion.name in _POINTS else []
    if criterion.is_critical:
        lines.append(_("critical: under {n} the whole item fails", n=number_text(criterion.pass_score)))
    elif criterion.pass_score != usual:
        lines.append(passed_words(_, criterion.pass_score))
    return "\n".join(lines)


def weight_words(_: Translator, criterion: ListedCriterion) -> str:
    """How much a criterion counts."""
    return f"{number_text(criterion.weight)}%"


def failed_words(_: Translator, failed: FailedCriterion) -> str:
    """A criterion that was failed, with its score and what the reviewer wrote."""
    words = _("{criterion} {score}", criterion=failed.name, score=number_text(failed.score))
    if failed.is_critical:
        words = _("{words} (critical error)", words=words)
    return _("{words}: {text}", words=words, text=failed.remark) if failed.remark else words


def kind_words(_: Translator, kind: str) -> str:
    """What a case is."""
    if _.language == "zh":
        words = _CHINESE_KINDS.get(kind, kind)
        return str(words if isinstance(words, str) else words[0])
    return spelt(kind)


def number_text(number: Decimal) -> str:
    """A number without noughts at its end: 80, 87.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"
