"""How deadlines, steps and people's posts are called in mails and explanations, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.store.tables.policies import MILESTONES
from guanjia.store.tables.registers import ROLES
from guanjia.store.tables.service import CASE_EVENTS, CASE_KINDS, URGENCIES

_ENGLISH_MILESTONES: Final = {
    "answer": "answer to the customer",
    "response": "response to the repair request",
    "contact": "contact with the customer",
    "visit": "visit",
    "arrival": "technician at the door",
    "back_on_site": "back on site after the assessment",
    "tell_superior": "telling the superior",
    "outcome": "report of the outcome",
    "restored": "restoring the system",
}
_CHINESE_MILESTONES: Final = {
    "answer": "答复客户",
    "response": "响应报修",
    "contact": "联系客户",
    "visit": "上门",
    "arrival": "预约到场",
    "back_on_site": "评审后返场",
    "tell_superior": "上报上级",
    "outcome": "反馈结果",
    "restored": "恢复系统",
}
_LEVELS: Final = {
    -1: N_("told at once"),
    0: N_("early warning"),
    1: N_("overdue"),
    2: N_("overdue, level 2"),
    3: N_("overdue, level 3"),
    4: N_("overdue, level 4"),
}


def milestone_words(_: Translator, milestone: str) -> str:
    """Name of a deadline."""
    names = _CHINESE_MILESTONES if _.language == "zh" else _ENGLISH_MILESTONES
    return names.get(milestone, MILESTONES.get(milestone, milestone))


def kind_words(_: Translator, kind: str) -> str:
    """Name of a kind of case."""
    return _choice(_, CASE_KINDS, kind)


def urgency_words(_: Translator, urgency: str) -> str:
    """Name of an urgency."""
    return _choice(_, URGENCIES, urgency)


def event_words(_: Translator, event: str) -> str:
    """Name of a case event."""
    return _choice(_, CASE_EVENTS, event)


def role_words(_: Translator, role: str) -> str:
    """Name of a post; the handler is one too."""
    return _choice(_, {"handler": "处理人"} | ROLES, role)


def level_words(_: Translator, level: int) -> str:
    """Name of an escalation level."""
    return _(_LEVELS[level]) if level in _LEVELS else _("overdue, level {level}", level=level)


def budget_words(_: Translator, budget: Decimal, unit: str) -> str:
    """A budget as people say it: 1440 minutes is 24 hours.

    Args:
        _: translator.
        budget: amount.
        unit: minutes, seconds, working_days or working_days_end.
    """
    if unit == "working_days":
        return _.ngettext("{n} working day", "{n} working days", int(budget))
    if unit == "working_days_end":
        return _("the end of the {n}. working day", n=int(budget))
    seconds = int(budget * 60) if unit == "minutes" else int(budget)
    return duration_words(_, seconds)


def duration_words(_: Translator, seconds: int) -> str:
    """A span in hours and minutes; days are not used, since a working day has no fixed length."""
    hours, rest = divmod(abs(seconds), 3600)
    minutes, left = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(_("{hours} h", hours=hours))
    if minutes:
        parts.append(_("{minutes} min", minutes=minutes))
    if left and not hours:
        parts.append(_("{seconds} s", seconds=left))
    return " ".join(parts) or _("0 min")


def calendar_words(_: Translator, calendar: str) -> str:
    """Name of a working calendar."""
    if calendar == "round_the_clock":
        return _("round the clock")
    if calendar == "office":
        return _("office hours")
    return _("calendar {code}", code=calendar)


def _choice(_: Translator, names: Mapping[str, str], word: str) -> str:
    return names.get(word, word) if _.language == "zh" else word.replace("_", " ")
