"""A sample explains itself: why it is in, by what probability, who scores it and who may not, what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from guanjia.domain.errors import UnknownName
from guanjia.domain.keyed_hash import keyed_hash, seed_of
from guanjia.gates import check_run
from guanjia.pipelines.overdue_escalations.explaining import explain_case
from guanjia.pipelines.quality_sampling.explaining import explain_sample
from guanjia.pipelines.quality_sampling.running import SUITES, run_results, run_steps
from tests.conftest import Database
from tests.database.quality_house import CRITERIA, QualityHouse, at, quality_house


@dataclass(frozen=True)
class Story:
    """A week drawn, one sample of it found wrong, appealed against, corrected, and looked at again."""

    house: QualityHouse
    random: dict[str, Any]
    risky: dict[str, Any]

    def told(self, code: str, as_of: str, language: str = "en", **words: bool) -> str:
        with self.house.database.transaction("read") as tx:
            return "\n".join(explain_sample(tx, code, at(as_of), language, **words))


@pytest.fixture(scope="module")
def story(module_database: Database) -> Story:
    house = quality_house(module_database)
    house.small_criteria()
    house.reviewer("R3", "T1")
    house.reviewer("R4", "Q2")
    house.setting("quality_scores_per_day", "2")
    for agent in ("A1", "A2", "A3"):
        house.many_calls(f"C{agent}-", 40, agent)
    house.many_cases("GD-", 20, "A1", kind="complaint")
    run_steps(at("23 05:00"), with_mails=False)
    samples = house.samples("reviewer IS NOT NULL")
    random = next(row for row in samples if row["is_random"] and row["staff_code"] == "A1")
    risky = next(row for row in samples if row["reason"] == "risk")
    return Story(house, random, risky)


def test_it_says_from_what_and_by_what_lot_an_item_was_drawn(story: Story) -> None:
    sample = story.random
    told = story.told(sample["sample_code"], "23 06:00")
    draw = story.house.draws()[0]
    assert f"Draw {draw['draw_code']} looked at 140 calls and closed cases" in told
    assert draw["frame_digest"] in told
    assert "Policy CALL (Call): 3 of each agent at least, 50.0 % at random at least, 10.0 % scored twice." in told
    stratum = story.house.table("quality_strata", "stratum = :stratum", stratum=sample["stratum"])[0]
    drawn = stratum["random_items"] + stratum["minimum_items"]
    assert f"{drawn} of {stratum['population']} items were drawn at random" in told
    seed = seed_of("guanjia", "2026-W47", "random")
    lot = keyed_hash(sample["subject_code"], seed)
    of_stratum = story.house.samples(f"is_random AND stratum = '{sample['stratum']}'")
    place = 1 + sum(keyed_hash(row["subject_code"], seed) < lot for row in of_stratum)
    assert f"This item's hash is {lot}: no. {place} of them." in told
    assert f"hashtextextended('{sample['subject_code']}', {seed})" in told
    assert '"guanjia|2026-W47|random"' in told
    assert story.house.one("SELECT hashtextextended(:code, :seed)", code=sample["subject_code"], seed=seed) == lot


def test_it_works_the_probability_out(story: Story) -> None:
    sample = story.risky
    told = story.told(sample["sample_code"], "23 06:00")
    found = re.search(r"at random (\d+)/(\d+), by risk (\d+)/(\d+), together .* = ([\d.]+); .* counts ([\d.]+)", told)
    assert found, told
    n, of, k, of_class = (int(found[place]) for place in range(1, 5))
    assert float(found[5]) == pytest.approx(1 - (1 - n / of) * (1 - k / of_class), abs=1e-6)
    assert float(found[5]) == pytest.approx(float(sample["probability"]), abs=1e-6)
    assert float(found[6]) == pytest.approx(1 / float(sample["probability"]), abs=1e-3)
    assert "beyond it, so not drawn at random" in told
    assert "Risk class case:complaint (weight 3)" in told


@pytest.mark.rule("QC-05")
def test_it_says_who_scores_it_and_who_may_not(story: Story) -> None:
    sample = story.random
    told = story.told(sample["sample_code"], "23 06:00")
    assert f"{sample['reviewer']} (" in told
    assert "R3 (R*) may not: work of one's own team." in told
    assert "days at work, room for 10" in told
    assert "is not scored yet; it is due Fri 27 Nov 2026" in told
    doubled = story.house.samples("second_reviewer IS NOT NULL")[0]
    assert "a second time, blind" in story.told(doubled["sample_code"], "23 06:00")
    hidden = story.told(doubled["sample_code"], "23 06:00", is_second_shown=False)
    assert "blind" not in hidden and f"{doubled['second_reviewer']} (" not in hidden
    zh = story.told(sample["sample_code"], "23 06:00", "zh")
    assert "R3 (R*) 不可评：属本班组的工作。" in zh and "抽样框摘要" in zh and "如需重抽验证" in zh


@pytest.mark.rule("QC-06")
def test_it_says_how_it_was_scored_appealed_against_and_corrected(story: Story) -> None:
    house, code, reviewer = story.house, story.random["sample_code"], story.random["reviewer"]
    house.scores(code, reviewer, "24 10:00", dict(zip(CRITERIA, (90, 60, 100), strict=True)))
    stranger = "R1" if reviewer == "R2" else "R2"
    if stranger != story.random["second_reviewer"]:
        house.scores(code, stranger, "24 11:00", 100, criteria=CRITERIA[:1])
    run_results(at("24 12:30"))
    told = story.told(code, "24 13:00")
    assert f"By {reviewer}: (30 × 90 + 50 × 60 + 20 × 100) ÷ 100 = 77.00." in told
    assert f"The score that counts is 77.00 by {reviewer}; a critical error: nonconforming." in told
    assert "kept, but does not count: the sample was not given to this reviewer" in told
    assert "Appeals are taken up to Fri 27 Nov 2026" in told
    assert "77.00" not in story.told(code, "23 12:00")

    house.appeal(code, "25 09:00", "A1")
    run_results(at("25 09:30"))
    told = story.told(code, "25 10:00")
    assert "A1 (A*) appealed Wed 25 Nov 2026 09:00; taken" in told
    house.appeal(code, "25 09:00", "A1", "upheld")
    run_results(at("26 09:30"))
    run_results(at("30 09:30"))
    told = story.told(code, "30 10:00")
    assert "Decided Thu 26 Nov 2026 09:30: upheld, 77.00." in told and "Final since" in told
    correction = house.one("SELECT case_code FROM quality_cases WHERE sample_code = :code", code=code)
    assert f"It opened case {correction} for 客服部" in told and "answer (rule QC-06)" in told
    with house.database.transaction("read") as tx:
        case = "\n".join(explain_case(tx, correction, at("30 10:00"), "en"))
    assert f"It corrects what the quality check found in sample {code} (answer)" in case


def test_what_is_not_there_yet_or_not_at_all_is_said(story: Story) -> None:
    code = story.random["sample_code"]
    assert story.told(code, "22 10:00").startswith(f"Sample {code} is not visible yet")
    with pytest.raises(UnknownName, match="There is no sample Q0"):
        story.told("Q0", "23 06:00")


def test_what_the_story_wrote_passes_every_gate(story: Story) -> None:
    taken = story.house.one("SELECT min(run_id) FROM runs WHERE pipeline = 'quality_results'")
    assert check_run(int(taken), SUITES)["rows"] > 10, "scores and results; draws: see the gates' own tests"
