"""Words of things kept, and what of a found thing may be posted in a lobby."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from guanjia.domain.masking import mask_text
from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import day_text
from guanjia.settings import TIME_ZONE

DEVICES: Final = {
    "computer": N_("computer"),
    "phone": N_("telephone"),
    "printer": N_("printer"),
    "fax": N_("fax machine"),
    "server": N_("server"),
}
STEPS: Final = {
    "to_administration": N_("valuable to administration"),
    "posted": N_("notice put up"),
    "handed_over": N_("handed over to administration"),
    "disposal": N_("reported for disposal"),
    "key_chased": N_("key chased"),
    "device_abnormal": N_("device out of order"),
    "device_unchecked": N_("device not checked"),
}
"""What is due, or was done, in a few words."""

_DETAILS: Final = re.compile(r"[，,；;。（(【\[、：:]|\s[-–—]\s|内有|内含|里面|装有|\s(?:with|of)\s")
_PUBLIC_CHARACTERS: Final = 20
_NUMBERS: Final = re.compile(r"[0-9０-９]{3,}\s*(?:余元|元|块|yuan)?|[*]+[0-9０-９]*")
_PAPERS: Final = re.compile(r"(?:身份|驾驶|行驶|居住|学生|工作|老年|残疾)证|护照|(?:银行|社保|医保|储蓄|信用)卡")
"""What bears its owner's name, which registers write before it."""


def public_description(item: str) -> str:
    """What of a found thing stands on the notice: what kind of thing it is, and nothing that only its owner knows.

    Everything after the first mark or 内有 goes, as does what stands before the last 的, and long numbers: a
    stranger must not read there what a claimant is asked. Papers and bank cards are called by their kind alone, as what
    stands before is often a name. ``王小明的黑色钱包，内有现金和证件`` → ``黑色钱包``.
    """
    first = _DETAILS.split(item.strip(), maxsplit=1)[0].strip()
    kind = first.rpartition("的")[2].strip()
    if (paper := _PAPERS.search(kind)) is not None:
        kind = paper[0]
    kind = _NUMBERS.sub("", mask_text(kind)).strip(" *-")
    return kind[:_PUBLIC_CHARACTERS] or "物品"


def local_day(instant: datetime) -> date:
    """The day of an instant by the office's clock."""
    return instant.astimezone(TIME_ZONE).date()


def clock_text(instant: datetime) -> str:
    """Day and time in figures, for a narrow column: ``2026-11-20 10:00``."""
    return f"{instant.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"


def days_out_text(_: Translator, borrowed_at: datetime, day: date) -> str:
    """Since when a key is out, on a day: ``today`` or a number of days."""
    days = (day - local_day(borrowed_at)).days
    return _("lent today") if days <= 0 else _.ngettext("{n} day", "{n} days", days)


def device_words(_: Translator, device: str | None) -> str:
    """A device in a word; none: all devices."""
    return _("all devices") if device is None else _(DEVICES.get(device, device))


def step_words(_: Translator, step: str) -> str:
    """A step in a few words."""
    return _(STEPS.get(step, step))


def until_text(_: Translator, until: date | None) -> str:
    """The last day a notice hangs; a dash where there is none."""
    return "–" if until is None else day_text(until, _.language)
