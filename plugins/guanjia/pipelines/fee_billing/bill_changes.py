"""What changed between the line billed last and what should be billed now, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.pipelines.fee_billing.bill_values import (
    Explanation,
    mappings,
    number,
    reading,
    segment_reason,
    span,
)

_CHANGES: Final = (
    ("quantity", N_("area {now} m² instead of {before} m²")),
    ("rate", N_("price {now} yuan instead of {before} yuan")),
    ("payer_days", N_("you pay for {now} days instead of {before}")),
    ("item", N_("item {now} instead of {before}")),
)


def changed_words(_: Translator, kind: str, before: Explanation | None, now: Explanation) -> Iterable[str]:
    """What is different between the explanation of the line billed last and that of what should be billed now.

    Args:
        _: translator.
        kind: kind of charge.
        before: explanation of the line billed last for the same charge; None: not known, then nothing is said.
        now: explanation of what should be billed; empty: nothing should.
    """
    if not now:
        yield _("nothing is due from you for this month any more")
        return
    if before is None:
        return
    yield from _changed_discounts(_, before, now)
    yield from _changed_readings(_, kind, before, now)
    for name, sentence in _CHANGES:
        was, is_now = _values(before, name), _values(now, name)
        if was and is_now and was != is_now:
            yield _(sentence, now=" / ".join(is_now), before=" / ".join(was))


def _values(explanation: Explanation, name: str) -> list[str]:
    """The different values of a part of an explanation, whole or by stretches of days; metered use is no area."""
    if "metered" in explanation and name == "quantity":
        return []
    found = [explanation.get(name)] if name in explanation else []
    found += [each[name] for each in mappings(explanation.get("segments")) if name in each]
    return list(dict.fromkeys(_plain(each) for each in found if isinstance(each, str | int)))


def _plain(value: str | int) -> str:
    figure = number(value)
    return str(value) if figure is None else f"{figure.normalize():f}"


def _changed_discounts(_: Translator, before: Explanation, now: Explanation) -> Iterable[str]:
    was, is_now = (
        {segment_reason(_, each): span(_, each, "") for each in mappings(told.get("segments")) if each.get("reason")}
        for told in (before, now)
    )
    for reason, days in is_now.items():
        if was.get(reason) != days:
            yield f"{reason} {days}"
    for reason in was:
        if reason not in is_now:
            yield _("no longer {reason}", reason=reason)


def _changed_readings(_: Translator, kind: str, before: Explanation, now: Explanation) -> Iterable[str]:
    for name in ("metered", "pool"):
        was, is_now = before.get(name), now.get(name)
        if isinstance(was, Mapping) and isinstance(is_now, Mapping):
            for end in ("opening", "closing"):
                old, new = (reading(_, each.get(end)) for each in (was, is_now))
                if old and new and old != new:
                    yield _("reading {now} instead of {before}", now=new, before=old)
            if name == "pool" and was.get("cost") != is_now.get("cost"):
                yield _(
                    "cost of all {now} yuan instead of {before} yuan", now=is_now.get("cost"), before=was.get("cost")
                )
