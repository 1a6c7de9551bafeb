"""From the draw to the correction that is looked at again: the steps as the DAGs run them, mails too (QC-06)."""

from __future__ import annotations

import pytest

from guanjia.pipelines.quality_sampling.running import run_results, run_steps
from tests.conftest import Database
from tests.database.quality_house import CRITERIA, at, quality_house


@pytest.mark.rule("QC-06")
def test_an_error_is_corrected_and_looked_at_again_by_the_next_draw(database: Database) -> None:
    """Real draws, real mails: scored and told, final, corrected, drawn again, failed again, corrected again."""
    other = quality_house(database)
    other.small_criteria()
    other.many_calls("C", 12, "A1")
    run_steps(at("23 05:00"))
    bad, *good = sorted(other.samples(), key=lambda each: each["second_reviewer"] is not None)
    for each in (bad, *good):
        for who in filter(None, (each["reviewer"], each["second_reviewer"])):
            other.scores(each["sample_code"], who, "24 10:00", 40 if each is bad else 90)
    assert run_results(at("24 11:00"))["scores_told"] == len(good) + 1
    assert run_results(at("28 00:00"))["corrections_opened"] == 1
    assert not any(run_results(at("28 00:00")).values())
    (correction,) = other.table("quality_cases")
    other.events(correction["case_code"], "29 10:00 closed L1")
    run_steps(at("30 05:00"))
    (audit,) = other.samples("reason = 'audit'")
    assert (audit["audits_code"], audit["staff_code"]) == (bad["sample_code"], "A1")
    other.scores(audit["sample_code"], audit["reviewer"], "30 10:00", 60, criteria=CRITERIA)
    run_results(at("30 11:00"))
    assert run_results(at("12-04 08:30"))["corrections_opened"] == 1
    assert other.one("SELECT count(*) FROM quality_cases WHERE sample_code = :c", c=audit["sample_code"]) == 1
    assert not any(run_results(at("12-04 08:30")).values())
