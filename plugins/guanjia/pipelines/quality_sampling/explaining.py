"""Why an item is in the sample: the frame it was drawn from, its lot, by what probability, who scores it and why.

Every derived row explains itself (pipelines 0.8). Whoever doubts a sample finds here all that is needed to draw it
again: the words the seeds come from, the digest of the frame, the hash of the item and the last one that was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import UnknownName
from guanjia.domain.masking import mask_name
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, share_text
from guanjia.pipelines.quality_sampling.eligibility import Bar, Item, people_of
from guanjia.pipelines.quality_sampling.explaining_scores import correction_sentences, score_sentences
from guanjia.pipelines.quality_sampling.frame import prepare_teams
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.quality_sampling.words import SUBJECTS, period_words, reason_words, subject_words
from guanjia.pipelines.scheduled_callbacks.explaining import together
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_BARS: Final[dict[Bar, str]] = {"oneself": N_("one's own work"), "own_team": N_("work of one's own team")}
_UNASSIGNED: Final = {
    "no_reviewer": N_("no reviewer is at work in the time for scoring"),
    "own_team": N_("everybody who scores is of the agent's team"),
    "no_room": N_("everybody who may score it has all the items there is time for"),
}


def explain_sample(
    transaction: Transaction, sample_code: str, as_of: datetime, language: str, *, is_second_shown: bool = True
) -> list[str]:
    """Why an item was drawn, who scores it, and what came of it.

    Args:
        transaction: open transaction; nothing is written but temporary tables.
        sample_code: the sample.
        as_of: aware; what happened after it is left out, inclusive.
        language: zh or en.
        is_second_shown: whether the blind second reviewer and their score are told; not to reviewers.

    Returns:
        Sentences: the item; the frame and its digest; seeds; stratum with the item's place; risk class; probability
        with its fraction; room of the draw; why this reviewer; scores; appeal; correction; how to draw it again.

    Raises:
        UnknownName: there is no such sample.
    """
    _ = gettext_for(language)
    found = execute(transaction, "quality_sampling/read_explained_sample", sample_code=sample_code).one_or_none()
    if found is None:
        raise UnknownName(f"There is no sample {sample_code}. `guanjia export samples` lists them.")
    if found.draw_code is None:
        return [_("Sample {code} was made before draws were kept: nothing more is known of it.", code=sample_code)]
    if found.drawn_at > as_of:
        return [
            _(
                "Sample {code} is not visible yet: it was drawn {drawn}, after {as_of}, for which was asked.",
                code=sample_code,
                drawn=instant_text(found.drawn_at, _.language),
                as_of=instant_text(as_of, _.language),
            )
        ]
    return [
        _item(_, found),
        together(_, _frame(_, found)),
        together(_, _lot(_, found)),
        *_probability(_, found),
        together(_, _room(_, found)),
        *_reviewers(_, transaction, found, is_second_shown=is_second_shown),
        *score_sentences(_, transaction, found, as_of, is_second_shown=is_second_shown),
        *correction_sentences(_, transaction, sample_code, as_of),
        together(_, _again(_, found)),
    ]


def person_words(code: str | None, name: str | None) -> str:
    """A member of staff: the number, and the name masked."""
    return f"{code} ({mask_name(name)})" if name else str(code)


def _item(_: Translator, row: Row[Any]) -> str:
    """What was drawn, whose it is, and why, in a sentence."""
    return _(
        "Sample {code}: {subject} of {agent}{team}, ended {instant}; {reason} in {period}.",
        code=row.sample_code,
        subject=subject_words(_, row.subject_kind, row.subject_code),
        agent=person_words(row.staff_code, row.staff_name),
        team=_(", team {team} on that day", team=row.team_code) if row.team_code else "",
        instant=instant_text(row.occurred_at, _.language),
        reason=reason_words(_, row.reason),
        period=period_words(_, row.period),
    )


def _frame(_: Translator, row: Row[Any]) -> Iterator[str]:
    """Out of what it was drawn, and how that can be proved."""
    yield _(
        "Draw {draw} looked at {items} calls and closed cases from {first} up to {last} (exclusive), as known {drawn}; "
        "{population} of them could be drawn: answered, with an agent, never drawn before.",
        draw=row.draw_code,
        items=row.frame_items,
        first=instant_text(row.frame_from, _.language),
        last=instant_text(row.frame_to, _.language),
        drawn=instant_text(row.drawn_at, _.language),
        population=row.draw_population,
    )
    if row.is_late:
        yield _("This one came in after the draw of its own week, so it joined this one.")
    yield _("Digest of the frame: {digest}.", digest=row.frame_digest)


def _lot(_: Translator, row: Row[Any]) -> Iterator[str]:
    """Its place in the order of hashes, in its stratum and in its class."""
    if row.reason == "audit":
        yield _(
            "It is the correction of what sample {source} found: every correction that was closed is looked at again.",
            source=row.audits_code,
        )
        return
    if row.reason == "top_up":
        yield _(
            "The month's acceptance plan wanted more items of {agent} than had been drawn at random; those with the "
            "smallest hashes under the month's seed {seed} were added. This one's is {hash}.",
            agent=row.staff_code,
            seed=row.random_seed,
            hash=row.random_hash,
        )
        return
    yield _(
        "Stratum {stratum}: {drawn} of {population} items were drawn at random ({random} in proportion, {minimum} for "
        "the minimum of every agent): those with the smallest hashes under seed {seed}, the last of them {last}.",
        stratum=row.stratum,
        drawn=row.stratum_random + row.stratum_minimum,
        population=row.stratum_population,
        random=row.stratum_random,
        minimum=row.stratum_minimum,
        seed=row.random_seed,
        last="–" if row.stratum_last is None else row.stratum_last,
    )
    if row.stratum_channel is None:
        yield _("It is pooled: there was no room for an item of each, and everything keeps a chance.")
    if row.is_random:
        yield _("This item's hash is {hash}: no. {place} of them.", hash=row.random_hash, place=row.random_place)
    else:
        yield _("This item's hash is {hash}: beyond it, so not drawn at random.", hash=row.random_hash)
    if row.risk_class is not None and row.class_population is not None:
        yield _risk(_, row)


def _risk(_: Translator, row: Row[Any]) -> str:
    facts = {
        "name": row.risk_class,
        "weight": f"{row.class_weight.normalize():f}",
        "drawn": row.class_items,
        "population": row.class_population,
        "seed": row.risk_seed,
        "hash": row.risk_hash,
        "place": row.risk_place,
    }
    if row.is_risk:
        return _(
            "Risk class {name} (weight {weight}): {drawn} of {population} items were drawn, by another seed, {seed}; "
            "this item's hash under it is {hash}: no. {place} of them.",
            **facts,
        )
    return _(
        "Risk class {name} (weight {weight}): {drawn} of {population} items were drawn, by another seed, {seed}; this "
        "item's hash under it is {hash}: not among them.",
        **facts,
    )


def _probability(_: Translator, row: Row[Any]) -> Iterator[str]:
    """How probable it was, with the fraction it comes from."""
    if row.reason in ("audit", "top_up"):
        yield _(
            "Its probability was {probability}; it belongs to no estimate of a mean.",
            probability=_digits(row.probability),
        )
        return
    at_random = f"{row.stratum_random + row.stratum_minimum}/{row.stratum_population}"
    weight = _digits(1 / row.probability, "0.001")
    if row.class_population is None:
        yield _(
            "Probability of being in the sample: {fraction} = {probability}; in a mean it counts {weight} times.",
            fraction=at_random,
            probability=_digits(row.probability),
            weight=weight,
        )
        return
    yield _(
        "Probability of being in the sample: at random {random}, by risk {risk}, together "
        "1 - (1 - {random}) × (1 - {risk}) = {probability}; in a mean it counts {weight} times.",
        random=at_random,
        risk=f"{row.class_items}/{row.class_population}",
        probability=_digits(row.probability),
        weight=weight,
    )


def _room(_: Translator, row: Row[Any]) -> Iterator[str]:
    """What the reviewers could score, and what was made of it."""
    if row.draw_kind == "month_end":
        yield _(
            "There was room for {capacity} scores; drawn for acceptance plans {top_up}, scored twice {double}.",
            capacity=row.capacity,
            top_up=row.draw_top_up,
            double=row.double_items,
        )
    else:
        yield _(
            "There was room for {capacity} scores up to {due}; drawn at random {random}, for the minimum {minimum}, by "
            "risk {risk}, corrections {audit}; scored twice {double}.",
            capacity=row.capacity,
            due=day_text(row.due_on, _.language),
            random=row.draw_random,
            minimum=row.draw_minimum,
            risk=row.draw_risk,
            audit=row.draw_audit,
            double=row.double_items,
        )
    for kind, policy in row.draw_explanation.get("policies", {}).items():
        if "minimum_per_agent" in policy:
            yield _(
                "Policy {policy} ({kind}): {minimum} of each agent at least, {random} at random at least, {double} "
                "scored twice.",
                policy=policy["policy"],
                kind=_(SUBJECTS[kind]),
                minimum=policy["minimum_per_agent"],
                random=share_text(Decimal(policy["random_share"])),
                double=share_text(Decimal(policy["double_share"])),
            )
    if row.dropped_items:
        yield _.ngettext("{n} item found no room.", "{n} items found no room.", row.dropped_items)


def _reviewers(_: Translator, transaction: Transaction, row: Row[Any], *, is_second_shown: bool) -> Iterator[str]:
    """Why this reviewer, who could not, and why."""
    if row.reviewer is None:
        why = _(_UNASSIGNED[row.unassigned_reason]) if row.unassigned_reason in _UNASSIGNED else _("not assigned yet")
        yield _("Nobody scores it: {why}.", why=why)
    else:
        yield together(_, [_chosen(_, row), _second(_, row) if is_second_shown else ""])
    yield from _others(_, transaction, row, is_second_shown=is_second_shown)


def _chosen(_: Translator, row: Row[Any]) -> str:
    return _(
        "{reviewer} scores it: items go to those who may score them as evenly as room allows, in the order of lots, to "
        "people of another department first.",
        reviewer=person_words(row.reviewer, row.reviewer_name),
    )


def _second(_: Translator, row: Row[Any]) -> str:
    if row.second_reviewer is None:
        return ""
    second = person_words(row.second_reviewer, row.second_name)
    return _("{second} scores it a second time, blind; the lot fell on it.", second=second)


def _others(_: Translator, transaction: Transaction, row: Row[Any], *, is_second_shown: bool) -> Iterator[str]:
    reviewers = execute(transaction, "quality_sampling/list_explained_reviewers", draw_code=row.draw_code).all()
    if not reviewers:
        return
    prepare_teams(transaction)
    people = people_of(transaction, [each.staff_code for each in reviewers])
    item = Item(row.staff_code, row.team_code, row.department, day_of(row.occurred_at))
    for each in reviewers:
        bar = people[each.staff_code].barred_from(item, day_of(row.drawn_at))
        facts = {"who": person_words(each.staff_code, each.staff_name), "days": each.days, "room": each.capacity}
        if bar is not None:
            yield _("{who} may not: {why}.", **facts, why=_(_BARS[bar]))
        elif is_second_shown:
            load = each.first_items + each.second_items
            same = people[each.staff_code].is_colleague_of(item)
            department = _(", the agent's own department: the last choice") if same else ""
            yield _(
                "{who} may: {days} days at work, room for {room}, has {load} of this draw{department}.",
                **facts,
                load=load,
                department=department,
            )


def _again(_: Translator, row: Row[Any]) -> Iterator[str]:
    """How anybody can draw it again."""
    yield _(
        'To draw it again: the seeds are the first eight bytes of sha256 of "{word}|random" and "{word}|risk", and a '
        "hash is SELECT hashtextextended('{code}', {seed}) on any PostgreSQL, or guanjia.domain.keyed_hash; from the "
        "same frame guanjia.domain.quality_draw.draw_items draws the same sample, in any order of rows.",
        word=row.seed_word,
        code=row.subject_code,
        seed=row.random_seed,
    )
    if row.run_code:
        yield _("Written by run {run}.", run=row.run_code)


def _digits(number: Decimal, places: str = "0.000001") -> str:
    """A number with at most so many places, without needless noughts."""
    rounded = Decimal(number).quantize(Decimal(places), ROUND_HALF_UP)
    return f"{rounded.normalize():f}"
