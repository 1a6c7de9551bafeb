"""Samples put straight into the house, so that tests of scores and appeals need no draw: the week of the 16th, drawn on
Monday 23 November at 05:00, scored until Friday the 27th, with grace until Friday 4 December.
"""

from __future__ import annotations

from typing import Any, Final

from tests.conftest import Database
from tests.database.quality_house import CRITERIA, WEEK, QualityHouse, at, on, quality_house

DRAW: Final = "W2026-47"
_WEIGHTS: Final = (30, 50, 20)


def judged_house(database: Database) -> QualityHouse:
    """The house with a third reviewer R3, R4 of the agents' own team, and a draw of three criteria; no samples yet."""
    house = quality_house(database)
    house.reviewer("R3", "Q2")
    house.reviewer("R4", "T1")
    house.small_criteria()
    draw(house, DRAW)
    return house


def draw(house: QualityHouse, code: str, *, period: str = WEEK, drawn: str = "23 05:00", due: str = "27") -> None:
    """A weekly draw of three criteria: greeting 30, answer 50 (critical), closing 20, all passed from 80."""
    numbers = {"random_seed": 1, "risk_seed": 2, "double_seed": 3, "frame_items": 100, "population": 100}
    texts = {"kind": "weekly", "section": "company", "seed_word": "w", "frame_digest": "d", "explanation": {}}
    bounds = {"frame_from": at("16 00:00"), "frame_to": at("23 00:00"), "drawn_at": at(drawn), "due_on": on(due)}
    house.add("quality_draws", {"draw_code": code, "period": period} | numbers | texts | bounds)
    house.add(
        "quality_draw_criteria",
        *(
            {"draw_code": code, "criterion": name, "position": n, "weight": weight, "pass_score": 80}
            | {"is_critical": name == "answer"}
            for n, (name, weight) in enumerate(zip(CRITERIA, _WEIGHTS, strict=True), 1)
        ),
    )


def sample(
    house: QualityHouse,
    code: str,
    *,
    staff: str = "A1",
    reviewer: str | None = "R1",
    second: str | None = None,
    occurred: str = "18 10:00",
    **values: Any,
) -> str:
    """A sample of the draw: a call of an agent of team T1; its code."""
    call = f"C-{code}"
    if values.get("subject_kind", "call") == "call":
        house.call(call, occurred, staff)
    row: dict[str, Any] = {"sample_code": code, "period": WEEK, "stratum": f"call:{staff}:in", "subject_kind": "call"}
    row |= {"subject_code": call, "staff_code": staff, "reviewer": reviewer, "second_reviewer": second}
    row |= {"reason": "random", "probability": 0.1, "random_probability": 0.1, "is_random": True}
    row |= {"draw_code": DRAW, "occurred_at": at(occurred), "channel": "in", "team_code": "T1", "state": "waiting"}
    house.add("samples", row | {"community_code": "001", "outcome": "answered"} | values)
    return code


def tell(house: QualityHouse, code: str, told: str, until: str) -> None:
    """The agent was told of a score, and may appeal until an instant."""
    house.execute(
        "UPDATE samples SET told_at = :told, appeal_until = :until WHERE sample_code = :code",
        told=at(told),
        until=at(until),
        code=code,
    )


def standing(house: QualityHouse, code: str) -> dict[str, Any]:
    """A sample as it stands."""
    (found,) = house.samples(f"sample_code = '{code}'")
    return found


def verdicts(house: QualityHouse, code: str, reviewer: str = "%") -> list[tuple[str, str, int, str, str | None]]:
    """Who, criterion, edition, verdict and reason of each score of a sample that was judged."""
    return [
        (who, criterion, edition, verdict, reason)
        for who, criterion, edition, verdict, reason in house.rows(
            "SELECT reviewer, criterion, edition, verdict, reason FROM quality_judgements"
            " WHERE sample_code = :code AND reviewer LIKE :reviewer ORDER BY 1, 2, 3",
            code=code,
            reviewer=reviewer,
        )
    ]


def reasons(house: QualityHouse, code: str, reviewer: str) -> set[tuple[str, str | None]]:
    """Verdicts and reasons of what somebody scored of a sample."""
    return {(verdict, reason) for *_rest, verdict, reason in verdicts(house, code, reviewer)}


def remarks_of(house: QualityHouse, code: str) -> list[str]:
    """Kinds of what was remarked about a sample."""
    return [kind for kind, subject in house.remarks() if subject.split(" ")[0] == code]


def figures(house: QualityHouse) -> list[dict[str, Any]]:
    """What results are made of: what must not change when something is kept."""
    columns = ("sample_code", "state", "score", "is_critical", "is_nonconforming", "scored_by", "second_score")
    return [{name: each[name] for name in columns} for each in house.samples()]
