"""One escalation in a sentence: who was told, how that person was found, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_name
from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import instant_text
from guanjia.pipelines.overdue_escalations.wording import level_words, milestone_words, role_words

_FOUND_BY: Final[Mapping[str, str]] = {
    "case": N_("the case names this handler"),
    "assigned": N_("the case was last assigned to this person"),
    "roster": N_("on the roster in this post at that instant"),
    "community": N_("holds this post in the community"),
    "company": N_("holds this post for the company"),
    "next_level": N_("nobody held the post, so the next level was taken"),
}


def step_sentence(_: Translator, as_of: datetime, row: Row[Any]) -> str:
    """An escalation (a row of ``list_explained_escalations``) in a sentence.

    Args:
        _: translator.
        as_of: aware; what was told or acknowledged later is invisible, inclusive.
        row: the escalation.
    """
    parts = [
        _(
            "Escalation: {milestone}, no. {occurrence}, level {level} ({meaning}), raised {instant} (step {step}, rule "
            "{rule}, run {run}).",
            milestone=milestone_words(_, row.milestone),
            occurrence=row.occurrence,
            level=row.level,
            meaning=level_words(_, row.level),
            instant=instant_text(row.raised_at, _.language),
            step=row.step_code,
            rule=row.rule_id,
            run=row.run_code,
        ),
        _recipient(_, row),
        _telling(_, as_of, row),
    ]
    if _seen(row.acknowledged_at, as_of):
        parts.append(_("Acknowledged {instant}.", instant=instant_text(row.acknowledged_at, _.language)))
    if _seen(row.stood_down_at, as_of):
        parts.append(_("Stood down {instant}.", instant=instant_text(row.stood_down_at, _.language)))
    if _seen(row.stand_down_told_at, as_of):
        parts.append(
            _("The standing down was told {instant}.", instant=instant_text(row.stand_down_told_at, _.language))
        )
    if _seen(row.reported_at, as_of):
        parts.append(
            _(
                "Reported {instant}, so that the register is completed.",
                instant=instant_text(row.reported_at, _.language),
            )
        )
    return ("" if _.language == "zh" else " ").join(parts)


def _seen(instant: datetime | None, as_of: datetime) -> bool:
    return instant is not None and instant <= as_of


def _recipient(_: Translator, row: Row[Any]) -> str:
    role = role_words(_, row.role)
    if row.staff_code is None:
        return _("It is for the post of {role}; nobody was found.", role=role)
    staff = f"{row.staff_code} ({mask_name(row.staff_name or '')})"
    how = _(_FOUND_BY[row.found_by])
    if row.found_by != "next_level":
        return _("It is for the post of {role}: {staff}; {how}.", role=role, staff=staff, how=how)
    return _(
        "It is for the post of {role}: {staff}, {post}; {how}.",
        role=role,
        staff=staff,
        post=role_words(_, row.post),
        how=how,
    )


def _telling(_: Translator, as_of: datetime, row: Row[Any]) -> str:
    if _seen(row.told_at, as_of):
        return _("Told {instant}.", instant=instant_text(row.told_at, _.language))
    if _seen(row.stood_down_at, as_of):
        return _("Not told: it stood down before it was mailed.")
    if row.staff_code is None:
        return _("Not told: there is nobody to tell.")
    if not row.has_address:
        return _("Not told: the person has no mail address.")
    if row.waits_for_office:
        return _("Not told yet: this post gets ordinary digests in office hours only.")
    return _("Not told yet: the next run tells it.")
