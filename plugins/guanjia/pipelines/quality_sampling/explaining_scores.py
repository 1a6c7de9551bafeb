"""Why a sample's score is as it is: each reported score with its verdict, the sum, appeals, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Row

from guanjia.domain.masking import mask_name
from guanjia.i18n import Translator
from guanjia.i18n.formats import day_text, instant_text
from guanjia.pipelines.quality_sampling.words import criteria_words, kept_words, number_text, refused_words
from guanjia.pipelines.scheduled_callbacks.explaining import together
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_COUNTING = ("counted", "second")


def score_sentences(
    _: Translator, transaction: Transaction, row: Row[Any], as_of: datetime, *, is_second_shown: bool
) -> Iterator[str]:
    """What was scored, what it makes, until when it can be appealed against, and what became of appeals.

    Args:
        transaction: open transaction; nothing is written.
        row: the sample, of ``read_explained_sample``.
        as_of: aware; what happened after it is left out, inclusive.
        is_second_shown: whether the blind second scores are told.
    """
    scores = _all(transaction, "list_explained_scores", row.sample_code, as_of)
    if not is_second_shown:
        scores = [each for each in scores if each.verdict != "second"]
    for score in scores:
        yield _score(_, score)
    if not scores:
        yield _not_scored(_, row, as_of)
        return
    yield together(_, _sum(_, row, scores, is_second_shown=is_second_shown))
    for appeal in _all(transaction, "list_explained_appeals", row.sample_code, as_of):
        yield together(_, _appeal(_, appeal, as_of))
    yield together(_, _standing(_, row, as_of))


def correction_sentences(_: Translator, transaction: Transaction, sample_code: str, as_of: datetime) -> Iterator[str]:
    """The case that was opened to put an error right, and whether it was looked at again."""
    rows = execute(
        transaction,
        "quality_sampling/list_explained_corrections",
        sample_code=sample_code,
        case_code=None,
        as_of=as_of,
    )
    for row in rows:
        yield together(
            _,
            [
                _(
                    "It opened case {case} for {department} {instant}, to correct and to prevent: {criteria} "
                    "(rule QC-06).",
                    case=row.case_code,
                    department=row.department,
                    instant=instant_text(row.opened_at, _.language),
                    criteria=criteria_words(_, row.criteria),
                ),
                _looked_at_again(_, row),
            ],
        )


def correction_of_case(_: Translator, transaction: Transaction, case_code: str, as_of: datetime) -> list[str]:
    """Whether a case corrects an error that a sample found, in a sentence; empty: it does not.

    Args:
        transaction: open transaction; nothing is written.
        case_code: the case.
        as_of: aware; what was opened or closed after it is left out, inclusive.
    """
    rows = execute(
        transaction,
        "quality_sampling/list_explained_corrections",
        sample_code=None,
        case_code=case_code,
        as_of=as_of,
    )
    return [
        together(
            _,
            [
                _(
                    "It corrects what the quality check found in sample {sample} ({criteria}): `guanjia explain "
                    "{sample}` says what.",
                    sample=row.sample_code,
                    criteria=criteria_words(_, row.criteria),
                ),
                _looked_at_again(_, row),
            ],
        )
        for row in rows
    ]


def _all(transaction: Transaction, name: str, sample_code: str, as_of: datetime) -> Sequence[Row[Any]]:
    return execute(transaction, f"quality_sampling/{name}", sample_code=sample_code, as_of=as_of).all()


def _person(code: str, name: str | None) -> str:
    return f"{code} ({mask_name(name)})" if name else code


def _score(_: Translator, row: Row[Any]) -> str:
    """One reported score and what became of it."""
    verdict = {
        "counted": _("counts"),
        "second": _("the blind second score"),
        "superseded": _("replaced by a later one"),
    }.get(row.verdict) or _("kept, but does not count: {why}", why=kept_words(_, row.reason))
    return _(
        "{criterion}: {score} by {reviewer} {instant}{critical} ({verdict}).",
        criterion=row.criterion,
        score=number_text(row.score, "0.1"),
        reviewer=_person(row.reviewer, row.reviewer_name),
        instant=instant_text(row.scored_at, _.language),
        critical=_(", critical error") if row.is_critical else "",
        verdict=verdict,
    )


def _not_scored(_: Translator, row: Row[Any], as_of: datetime) -> str:
    if row.state == "expired" and (row.final_at is None or row.final_at <= as_of):
        return _("It was not scored in time: it counts nowhere, and is reported.")
    return _("It is not scored yet; it is due {day}.", day=day_text(row.due_on, _.language))


def _sum(_: Translator, row: Row[Any], scores: Sequence[Row[Any]], *, is_second_shown: bool) -> Iterator[str]:
    """The weighted mean, written out, with what it means."""
    reviewers = dict.fromkeys(each.reviewer for each in scores if each.verdict in _COUNTING)
    for reviewer in reviewers:
        of_them = [each for each in scores if each.reviewer == reviewer and each.verdict in _COUNTING]
        known = [each for each in of_them if each.weight is not None]
        whole = sum((each.weight for each in known), Decimal(0))
        if not whole:
            continue
        mean = sum((each.weight * each.score for each in known), Decimal(0)) / whole
        terms = " + ".join(f"{_plain(each.weight)} × {_plain(each.score)}" for each in known)
        yield _(
            "By {reviewer}: ({terms}) ÷ {whole} = {mean}.",
            reviewer=reviewer,
            terms=terms,
            whole=_plain(whole),
            mean=mean.quantize(Decimal("0.01"), ROUND_HALF_UP),
        )
    if row.score is None:
        yield _("Not all criteria are scored yet.")
        return
    facts = {"score": number_text(row.score), "reviewer": row.scored_by}
    if row.is_critical:
        yield _("The score that counts is {score} by {reviewer}; a critical error: nonconforming.", **facts)
    elif row.is_nonconforming:
        yield _("The score that counts is {score} by {reviewer}; under the pass mark: nonconforming.", **facts)
    else:
        yield _("The score that counts is {score} by {reviewer}; conforming.", **facts)
    if is_second_shown and row.second_score is not None:
        yield _(
            "The blind second score is {score}; it changes no figure, it shows how far reviewers agree.",
            score=number_text(row.second_score),
        )


def _appeal(_: Translator, row: Row[Any], as_of: datetime) -> Iterator[str]:
    facts = {"who": _person(row.staff_code, row.staff_name), "instant": instant_text(row.appealed_at, _.language)}
    if row.verdict == "refused":
        yield _("{who} appealed {instant}; refused: {why}.", **facts, why=refused_words(_, row.reason))
        return
    reviewer = _person(row.reviewer, row.reviewer_name) if row.reviewer else _("nobody yet")
    yield _("{who} appealed {instant}; taken, to be looked at again by {reviewer}.", **facts, reviewer=reviewer)
    if row.decided_at is None or row.decided_at > as_of:
        yield _("It is open, due {day}.", day=day_text(row.due_on, _.language)) if row.due_on else _("It is open.")
        return
    changed = {
        "instant": instant_text(row.decided_at, _.language),
        "before": number_text(row.score_before),
        "after": number_text(row.score_after),
    }
    if row.outcome == "changed":
        yield _("Decided {instant}: changed from {before} to {after}.", **changed)
    else:
        yield _("Decided {instant}: upheld, {before}.", **changed)


def _standing(_: Translator, row: Row[Any], as_of: datetime) -> Iterator[str]:
    """Whether it was told, and until when it is open."""
    if row.told_at is None or row.told_at > as_of:
        yield _("The agent is not told of it yet.")
        return
    yield _("The agent was told {instant}.", instant=instant_text(row.told_at, _.language))
    if row.final_at is not None and row.final_at <= as_of:
        yield _("Final since {instant}.", instant=instant_text(row.final_at, _.language))
    elif row.appeal_until is not None:
        yield _("Appeals are taken up to {instant}.", instant=instant_text(row.appeal_until, _.language))


def _looked_at_again(_: Translator, row: Row[Any]) -> str:
    if row.closed_at is None:
        return _("It is open.")
    closed = instant_text(row.closed_at, _.language)
    if row.audit_code is None:
        return _("Closed {instant}; the next draw looks at it again.", instant=closed)
    if row.audit_score is None:
        return _("Closed {instant}; looked at again in sample {audit}.", instant=closed, audit=row.audit_code)
    facts = {"instant": closed, "audit": row.audit_code, "score": number_text(row.audit_score)}
    if row.audit_failed:
        return _("Closed {instant}; looked at again in sample {audit}: {score}, not put right.", **facts)
    return _("Closed {instant}; looked at again in sample {audit}: {score}, put right.", **facts)


def _plain(number: Decimal) -> str:
    return f"{Decimal(number).normalize():f}"
