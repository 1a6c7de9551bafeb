"""What a remark of the quality check says, as a plain sentence, and what is to be done about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import filled_in, listed
from guanjia.pipelines.quality_sampling.words import kept_words, refused_words
from guanjia.settings import TIME_ZONE

_SCORE: Final = N_("Sample {sample_code}: {reviewer} scored {criteria} at {scored_at}.")
_APPEAL: Final = N_(
    "Sample {sample_code}: {staff_code} appealed at {appealed_at}; until {appeal_until} it was possible."
)

REMARKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "below_minimum": (
        N_("Fewer items drawn than every agent's minimum"),
        N_("Draw {draw_code}: the minimum needs {needed} items, room was for {items}; {dropped} left out: {agents}."),
        N_(
            "The reviewers' days at work times the setting quality_scores_per_day make the room. Give reviewers more "
            "shifts, raise the setting, or lower minimum_per_agent. Those left out were chosen by lot, so the figures "
            "stay unbiased; agents with few items have wide intervals."
        ),
    ),
    "no_capacity": (
        N_("No room to score anything"),
        N_("Draw {draw_code}: no reviewer is at work in the time for scoring; {population} items could not be drawn."),
        N_("Put reviewers on the roster. This week has no results; they are shown as n/a, not as 0."),
    ),
    "unassigned_no_reviewer": (
        N_("Nobody may score these items"),
        N_("Draw {draw_code}: {items} items have no reviewer."),
        N_("Add reviewers of another team to the staff register; the items wait until their time is over."),
    ),
    "unassigned_own_team": (
        N_("Only the own team could score these items"),
        N_("Draw {draw_code}: {items} items could only be scored by the agents' own team, and are not."),
        N_("Add a reviewer of another team: nobody scores themselves or their team."),
    ),
    "unassigned_no_room": (
        N_("No reviewer had room for these items"),
        N_("Draw {draw_code}: {items} items found no reviewer with room."),
        N_("They wait until their time is over; give reviewers more shifts."),
    ),
    "doubles_missing": (
        N_("Fewer second scores than wanted"),
        N_("Draw {draw_code}: {items} items were to be scored twice; for {missing} no second reviewer was found."),
        N_("How far two reviewers agree is known the less; more reviewers of other teams would help."),
    ),
    "reviewer_away": (
        N_("Reviewer away, and nobody has room"),
        N_("Draw {draw_code}, {reviewer}: away for the rest of the time for scoring; {items} items stay there."),
        N_("Give another reviewer more shifts; what is not scored in time counts nowhere."),
    ),
    "reviewer_left": (
        N_("Reviewer left, and nobody has room"),
        N_("Draw {draw_code}, {reviewer}: has left; {items} items have no reviewer now."),
        N_("Give another reviewer more shifts; what is not scored in time counts nowhere."),
    ),
    "policy_unusable": (
        N_("Sampling policy not followed as it is"),
        N_("Policy {policy_code}: {fault}."),
        N_("Keep one policy for each kind, with a random_share of 0.5 or more, in sampling_policies."),
    ),
    "aql_unusable": (
        N_("No acceptance plan for this AQL"),
        N_("Month {month}: the AQL {aql} is not one of the standard's; no lots were drawn."),
        N_("Take one of the standard's (0.65, 1.0, 1.5, 2.5, 4.0, 6.5 …) in sampling_policies."),
    ),
    "top_up_missing": (
        N_("No room for the month's acceptance plan"),
        N_("Month {month}, {staff_code}: {missing} items found no room; this agent's lot has no verdict."),
        N_("More room: setting quality_top_up_pct, or more shifts of reviewers. No verdict is neither good nor bad."),
    ),
    "discontinued": (
        N_("Five lots not accepted on tightened inspection"),
        N_("{staff_code}, month {month}: the fifth lot on tightened inspection was not accepted."),
        N_(
            "Train the agent, and see what keeps going wrong. Checking goes on, tightened, until the lots are accepted."
        ),
    ),
    "score_not_assigned": (
        N_("Scored by somebody who was not asked"),
        _SCORE,
        N_("It is kept and does not count. Was the wrong staff number written down? Then load it with the right one."),
    ),
    "score_own_work": (
        N_("Own work scored"),
        _SCORE,
        N_("It is kept and does not count: nobody scores themselves."),
    ),
    "score_own_team": (
        N_("Own team scored"),
        _SCORE,
        N_("It is kept and does not count: nobody scores the own team."),
    ),
    "score_before_draw": (
        N_("Scored before it was drawn"),
        _SCORE,
        N_("It is kept and does not count. Is the time right? Correct it and hand the workbook in again."),
    ),
    "score_after_close": (
        N_("Score after the end"),
        _SCORE,
        N_("It is kept and does not count: the score is final, or appealed against. Only an appeal can change it now."),
    ),
    "score_other_criterion": (
        N_("Scored by a criterion of another draw"),
        _SCORE,
        N_("It is kept and does not count. The criteria of a draw are those in the workbook that was mailed."),
    ),
    "score_expired": (
        N_("Scored too late"),
        _SCORE,
        N_("It is kept and does not count: the time for scoring and the days of grace were over."),
    ),
    "disagreement": (
        N_("Two reviewers disagree"),
        N_(
            "Sample {sample_code}: {reviewer} gave {score}, {second_reviewer}, who did not know, gave {second_score}; "
            "far apart, or only one of them passes it."
        ),
        N_("The first score counts. Listen to it together and agree on how such cases are scored."),
    ),
    "expired": (
        N_("Not scored in time"),
        N_("Draw {draw_code}, {reviewer}: {items} items were not scored by {due_on} and the days of grace after it."),
        N_("They count nowhere; the interval of the mean is wider for it. Ask the reviewer what was in the way."),
    ),
    "audit_waiting": (
        N_("Corrections not looked at again in time"),
        N_("Draw {draw_code}, {reviewer}: {items} corrections were not looked at again by {due_on}."),
        N_("They stay on the list, and count whenever they are scored. Ask the reviewer what was in the way."),
    ),
    "appeal_late": (N_("Appeal after the time"), _APPEAL, N_("It is not taken; the score stands.")),
    "appeal_not_entitled": (
        N_("Appeal by somebody else"),
        N_("Sample {sample_code}: {staff_code} appealed at {appealed_at}."),
        N_("Only the agent and the leader of the team of that day may appeal. It is not taken."),
    ),
    "appeal_not_scored": (
        N_("Appeal before there is a score"),
        N_("Sample {sample_code}: {staff_code} appealed at {appealed_at}."),
        N_("It is not taken; wait for the score."),
    ),
    "appeal_again": (
        N_("Second appeal"),
        N_("Sample {sample_code}: {staff_code} appealed at {appealed_at}."),
        N_("It is not taken: a score can be appealed against once."),
    ),
    "appeal_expired": (
        N_("Appeal about an item that was not scored"),
        N_("Sample {sample_code}: {staff_code} appealed at {appealed_at}."),
        N_("It is not taken: what was not scored in time counts nowhere."),
    ),
    "appeal_no_reviewer": (
        N_("Nobody to decide on an appeal"),
        N_("Sample {sample_code}: no reviewer may look at it again."),
        N_("Decide yourself: load the outcome of the appeal, upheld or changed."),
    ),
    "appeal_no_scores": (
        N_("Appeal changed without scores"),
        N_("Sample {sample_code}: the outcome is changed, but {reviewer} scored not every criterion."),
        N_("Ask for the scores: until they come, the former score stands."),
    ),
    "appeal_no_outcome": (
        N_("Appeal scored without a decision"),
        N_("Sample {sample_code}: {reviewer} scored it again, but wrote no decision."),
        N_("Ask for the decision, upheld or changed: until it comes, the former score stands."),
    ),
    "appeal_waiting": (
        N_("Appeal not decided in time"),
        N_("Sample {sample_code}: {reviewer} was to decide by {due_on}."),
        N_("Ask for it; the agent is waiting, and the month cannot be closed."),
    ),
    "appeal_after_decision": (
        N_("Decision changed afterwards"),
        N_("Sample {sample_code}: another outcome came in after the appeal was decided."),
        N_("The first decision stands; nothing was changed."),
    ),
    "after_close": (
        N_("Score changed after the month was closed"),
        N_("Sample {sample_code}: {score_before} became {score_after} after {period} was closed."),
        N_("The month's figures stay as they were told; mention it where they are used."),
    ),
    "correction_unfounded": (
        N_("Correction that is not needed any more"),
        N_("Case {subject}: the score it was opened for has changed and conforms now."),
        N_("Close the case with a word of why."),
    ),
    "form_edited": (
        N_("Protected cells were changed"),
        N_("Sample {sample_code}: somebody changed what the list said of the item; the scores were taken in."),
        N_("Ask the reviewer; what the list says comes from the registers and is corrected there."),
    ),
}
"""Kind of a remark → heading, sentence, and what to do. Fields are those of its detail."""

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")

REMINDERS: Final = frozenset({"appeal_no_scores", "appeal_no_outcome", "appeal_waiting"})
"""Kinds that the one who decides on an appeal is reminded by."""

FAULTS: Final[Mapping[str, str]] = {
    "random_share": N_("its random share is under one half, and half is drawn at random"),
    "another_of_its_kind": N_("another policy of the same kind has a lower code"),
}
"""Why a policy is not followed as it is."""

_OTHER: Final = (N_("Other remarks"), "{subject}", N_("Look at the rows named and correct what is wrong."))


def remark_heading(_: Translator, kind: str) -> str:
    """What remarks of a kind have in common, in a few words."""
    return _(REMARKS.get(kind, _OTHER)[0])


def remark_advice(_: Translator, kind: str) -> str:
    """What is to be done about remarks of a kind."""
    return _(REMARKS.get(kind, _OTHER)[2])


def remark_sentence(_: Translator, kind: str, subject: str, detail: Mapping[str, Any]) -> str:
    """A remark as a sentence.

    Args:
        _: translator.
        kind: its kind.
        subject: what it is about.
        detail: its values; one that is missing is shown as a dash.

    Returns:
        The sentence; of an unknown kind, the subject.
    """
    fields: dict[str, Any] = {"draw_code": subject.split(" ")[0], "sample_code": subject.split(" ")[0]}
    for name, value in detail.items():
        text = listed(_, (str(each) for each in value)) if isinstance(value, list) else value
        fields[name] = "–" if text is None else _INSTANT.sub(_by_our_clock, text) if isinstance(text, str) else text
    for short, name in (("draw", "draw_code"), ("sample", "sample_code"), ("policy", "policy_code")):
        if short in fields:
            fields[name] = fields[short]
    if (fault := fields.get("fault")) is not None:
        fields["fault"] = _(FAULTS[fault]) if fault in FAULTS else str(fault)
    return filled_in(_(REMARKS.get(kind, _OTHER)[1]), fields | {"subject": subject})


def _by_our_clock(found: re.Match[str]) -> str:
    return f"{datetime.fromisoformat(found[0]).astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"


def remark_reason(_: Translator, kind: str) -> str:
    """Why a score or an appeal does not count; of all other kinds, the heading."""
    if kind.startswith("score_"):
        return kept_words(_, kind.removeprefix("score_"))
    if kind.startswith("appeal_"):
        words = refused_words(_, kind.removeprefix("appeal_"))
        return words if words != kind.removeprefix("appeal_") else remark_heading(_, kind)
    return remark_heading(_, kind)
