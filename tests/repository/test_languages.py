"""Both languages are complete."""

from __future__ import annotations

import pytest

from guanjia.i18n import LANGUAGES, gettext_for
from guanjia.i18n.extraction import missing_messages, unequal_fields, used_messages

TRANSLATED = [language for language in LANGUAGES if language != "en"]


def test_there_are_texts() -> None:
    assert len(used_messages()) >= 25


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_people_see_is_translated(language: str) -> None:
    missing = {key[0]: places[0] for key, places in missing_messages(language).items()}
    assert not missing


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_fill_in_the_same_fields(language: str) -> None:
    assert not unequal_fields(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_load(language: str) -> None:
    assert gettext_for(language)("") == ""
