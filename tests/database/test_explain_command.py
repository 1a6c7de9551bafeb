"""`guanjia explain CODE` finds what the code is of and prints its sentences, in the language of the house."""

from __future__ import annotations

import json

import pytest

from guanjia import cli, settings
from tests.conftest import Database
from tests.support.kill_cases import furnish


@pytest.mark.parametrize(("language", "word"), [("en", "Case"), ("zh", "工单")])
def test_a_case_is_explained_in_sentences(
    database: Database, capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    with database.transaction() as tx:
        furnish(tx, number=3)
    settings.use(language=language)
    assert cli.main(["explain", " C00001 ", "--as-of", "2026-11-20T10:00"]) == 0
    assert word in capsys.readouterr().out


def test_json_is_for_programs(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with database.transaction() as tx:
        furnish(tx, number=3)
    assert cli.main(["explain", "C00001", "--as-of", "2026-11-20T10:00", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["kind"], told["as_of"]) == ("C00001", "case", "2026-11-20T10:00:00+08:00")
    assert told["sentences"] and all(isinstance(sentence, str) for sentence in told["sentences"])


def test_a_code_nothing_has_is_told_with_where_to_look(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "C-404"]) == 1
    assert "C-404" in capsys.readouterr().err
