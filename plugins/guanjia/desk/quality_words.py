"""The words and figures of the quality check, bound to a visitor's language, as templates use them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from guanjia.desk.reading import Row
from guanjia.i18n import N_, gettext_for
from guanjia.pipelines.quality_sampling import words

_UNASSIGNED: Final[Mapping[str, str]] = {
    "own_team": N_("every reviewer is of the agent's team"),
    "no_reviewer": N_("no reviewer is at work"),
    "no_room": N_("no reviewer has room left"),
}
_OPEN: Final[Mapping[str | None, str]] = {
    "overdue": N_("to be scored, past its day"),
    "unassigned": N_("to be scored, without a reviewer"),
}
_OUTCOMES: Final[Mapping[str, str]] = {"upheld": N_("the score stands"), "changed": N_("the score was changed")}
_PARTS: Final[Mapping[str, str]] = {
    "company": N_("company"),
    "community": N_("community"),
    "team": N_("team"),
    "staff": N_("agent"),
}
_WEIGHED: Final[Mapping[str, str]] = {
    "quality": N_("Quality"),
    "volume": N_("Volume"),
    "attendance": N_("Attendance"),
    "adherence": N_("Adherence"),
}
_JUDGED: Final[Mapping[str, str]] = {
    "counted": N_("counts"),
    "second": N_("second score, blind"),
    "kept": N_("kept, does not count"),
}


class QualityWords:
    """How a page says it."""

    def __init__(self, language: str) -> None:
        self._ = gettext_for(language)

    def check(self, name: str) -> str:
        """An automatic check."""
        return words.check_words(self._, name)

    def finding(self, name: str, detail: str | None) -> str:
        """What an automatic check found."""
        return words.finding_words(self._, name, detail)

    def subject(self, kind: str, code: str) -> str:
        """A call or case with its code."""
        return words.subject_words(self._, kind, code)

    def stratum(self, kind: str, channel: str | None) -> str:
        """A stratum without its agent."""
        return words.stratum_words(self._, kind, channel)

    def risk_class(self, name: str) -> str:
        """Items that are risky in the same way."""
        return words.class_words(self._, name)

    def dropped(self, name: str) -> str:
        """Of whom something found no room."""
        return words.dropped_words(self._, name)

    def reason(self, reason: str) -> str:
        """Why an item is in the sample."""
        return words.reason_words(self._, reason)

    def state(self, state: str | None) -> str:
        """Where a sample stands."""
        return self._(_OPEN[state]) if state in _OPEN else words.state_words(self._, state)

    def kept(self, reason: str | None) -> str:
        """Why a score does not count."""
        return words.kept_words(self._, reason)

    def refused(self, reason: str | None) -> str:
        """Why an appeal was refused."""
        return words.refused_words(self._, reason)

    def verdict(self, verdict: str) -> str:
        """What became of a lot."""
        return words.verdict_words(self._, verdict)

    def inspection(self, inspection: str) -> str:
        """How strictly an agent is inspected."""
        return words.inspection_words(self._, inspection)

    def unranked(self, reason: str | None) -> str:
        """Why an agent has no place."""
        return words.unranked_words(self._, reason)

    def period(self, period: str) -> str:
        """A week with its days, or a month."""
        return words.period_words(self._, period)

    def score(self, score: Decimal | None) -> str:
        """A score, or n/a."""
        return words.score_text(score)

    def points(self, points: Decimal | None) -> str:
        """Points of the ranking, or n/a."""
        return words.points_text(points)

    def figure(self, number: Decimal | None) -> str:
        """A number with two places, or n/a."""
        return words.number_text(number)

    def interval(self, result: Row, part: str = "") -> str:
        """The interval of a result's mean, of all of it or of its ``random_`` part."""
        covered = words.items_covered(result["population"], result["covered_share"])
        low, high, scored = (result[f"{part}{name}"] for name in ("low_95", "high_95", "sampled"))
        return words.interval_text(self._, low, high, scored, covered)

    def share_interval(self, low: Decimal | None, high: Decimal | None) -> str:
        """The interval of a share."""
        return words.share_interval(self._, low, high)

    def unassigned(self, reason: str) -> str:
        """Why nobody scores it."""
        return self._(_UNASSIGNED.get(reason, reason))

    def criteria(self, criteria: str) -> str:
        """Criteria that were not passed, as the table holds them."""
        return words.criteria_words(self._, criteria)

    def outcome(self, outcome: str) -> str:
        """What an appeal came to."""
        return self._(_OUTCOMES.get(outcome, outcome))

    def scope(self, scope: str) -> str:
        """What a result is of."""
        return self._(_PARTS.get(scope, scope))

    def judged(self, verdict: str) -> str:
        """Whether a score counts."""
        return self._(_JUDGED.get(verdict, verdict))

    def weights(self, weights: Mapping[str, str]) -> str:
        """The weights that made somebody's total, such as ``Quality 50 · Volume 20``."""
        return " · ".join(f"{self._(name)} {weights[part]}" for part, name in _WEIGHED.items() if part in weights)

    def section(self, section: str) -> str:
        """Who scores a draw: the company's reviewers, or a community's own."""
        return self._(N_("the company's reviewers")) if section == "company" else section

    def remark(self, remark: Row) -> dict[str, Any]:
        """A remark with heading, sentence and advice."""
        from guanjia.pipelines.quality_sampling.remark_words import remark_advice, remark_heading, remark_sentence

        kind = remark["kind"]
        return dict(remark) | {
            "heading": remark_heading(self._, kind),
            "sentence": remark_sentence(self._, kind, remark["subject"], remark["detail"]),
            "advice": remark_advice(self._, kind),
        }
