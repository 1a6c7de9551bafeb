"""What the environment and the settings dataset may say, and what is told when they say something else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from guanjia import settings
from guanjia.domain.errors import SettingsError, UnknownName
from guanjia.settings import BUSINESS_SETTINGS, BusinessSetting, business_setting, environment


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable of the person who runs the tests, and nothing remembered before or after."""
    for name in settings.inherited_environment():
        if name.startswith("GUANJIA_"):
            monkeypatch.delenv(name)
    settings.forget()
    yield
    settings.forget()


def test_without_variables_everything_has_a_default() -> None:
    found = environment()
    assert found.home == settings.PROJECT_ROOT / "var"
    assert (found.database_urls, found.airflow_database_url) == ({}, "")
    assert (found.ui_port, found.mail_smtp_port, found.language) == (8080, 8025, "zh")
    assert (found.smtp.host, found.smtp.port, found.smtp.security) == ("127.0.0.1", 8025, "none")


def test_one_address_serves_all_roles_until_others_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANJIA_DATABASE_URL", "postgres://app:secret@db/guanjia")
    assert set(environment().database_urls.values()) == {"postgresql+psycopg://app:secret@db/guanjia"}
    monkeypatch.setenv("GUANJIA_READ_DATABASE_URL", "postgresql+psycopg2://reader:secret@db/guanjia")
    settings.forget()
    assert environment().database_urls["read"] == "postgresql+psycopg://reader:secret@db/guanjia"
    assert environment().database_urls["owner"] == "postgresql+psycopg://app:secret@db/guanjia"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("密码 word\n", encoding="utf-8")
    monkeypatch.setenv("GUANJIA_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    assert environment().smtp.password == "密码 word"
    assert "word" not in repr(environment().smtp)
    monkeypatch.setenv("GUANJIA_SMTP_PASSWORD_FILE", str(tmp_path / "gone"))
    settings.forget()
    with pytest.raises(SettingsError, match=r"GUANJIA_SMTP_PASSWORD_FILE.*gone"):
        environment()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("GUANJIA_UI_PORT", "eighty", "between 1 and 65535"),
        ("GUANJIA_UI_PORT", "0", "between 1 and 65535"),
        ("GUANJIA_MAIL_SMTP_PORT", "70000", "between 1 and 65535"),
        ("GUANJIA_LANGUAGE", "fr", "zh, en"),
        ("GUANJIA_SMTP_SECURITY", "ssl", "none, starttls, tls"),
        ("GUANJIA_LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("GUANJIA_DATABASE_URL", "mysql://db/guanjia", "PostgreSQL address"),
        ("GUANJIA_DATABASE_URL", "/var/db", "PostgreSQL address"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_with_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=expected) as caught:
        environment()
    assert name in str(caught.value)


def test_a_bad_address_is_told_under_its_own_name_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANJIA_DATABASE_URL", "postgresql://app@db/guanjia")
    monkeypatch.setenv("GUANJIA_OWNER_DATABASE_URL", "oracle://owner:hush@db/guanjia")
    with pytest.raises(SettingsError, match="GUANJIA_OWNER_DATABASE_URL") as caught:
        environment()
    assert "hush" not in str(caught.value)


def test_words_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANJIA_LOG_LEVEL", "debug")
    monkeypatch.setenv("GUANJIA_LANGUAGE", "EN")
    assert (environment().log_level, environment().language) == ("DEBUG", "en")


def test_what_a_command_found_out_replaces_what_the_environment_says() -> None:
    settings.use(ui_port=9090)
    assert environment().ui_port == 9090
    settings.forget()
    assert environment().ui_port == 8080


def test_every_default_is_a_value_of_its_setting() -> None:
    for setting in BUSINESS_SETTINGS.values():
        assert setting.meaning and setting.meaning_zh, setting.name
        if setting.default is not None:
            setting.parse(setting.default)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("boolean", "是", True),
        ("boolean", " No ", False),
        ("boolean", "×", False),
        ("integer", "7", 7),
        ("decimal", "0.5", Decimal("0.5")),
        ("date", "2026/09/01", date(2026, 9, 1)),
        ("words", "a，b, c,", ("a", "b", "c")),
        ("words", "", ()),
        ("text", " 管家 ", "管家"),
    ],
)
def test_values_are_read_as_people_write_them(kind: str, text: str, value: object) -> None:
    assert BusinessSetting("x", kind, None, "m", "m").parse(text) == value  # type: ignore[arg-type]  # known kinds


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("boolean", "perhaps"),
        ("integer", "1.5"),
        ("integer", ""),
        ("decimal", "NaN"),
        ("decimal", "Infinity"),
        ("decimal", "one"),
        ("date", "1 Sept"),
        ("date", "2026-02-30"),
    ],
)
def test_a_value_that_is_none_is_refused(kind: str, text: str) -> None:
    with pytest.raises(SettingsError, match="Setting x is"):
        BusinessSetting("x", kind, None, "m", "m").parse(text)  # type: ignore[arg-type]  # known kinds


def test_bounds_are_inclusive_and_told() -> None:
    share = BusinessSetting("share", "decimal", None, "m", "m", minimum=Decimal(0), maximum=Decimal(1))
    assert (share.parse("0"), share.parse("1")) == (0, 1)
    for outside in ("-0.1", "1.01"):
        with pytest.raises(SettingsError, match="from 0 to 1"):
            share.parse(outside)


def test_words_are_checked_one_by_one() -> None:
    roles = business_setting("office_hours_roles")
    assert roles.parse("manager, supervisor") == ("manager", "supervisor")
    with pytest.raises(SettingsError, match="general_manager"):
        roles.parse("manager, boss")


def test_an_unknown_setting_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match="mail_live"):
        business_setting("mail_life")


def test_a_list_of_numbers_or_pairs_is_read_whole_or_refused() -> None:
    rhythm, reminders = business_setting("fit_out_visit_days"), business_setting("vacancy_reminder_days")
    assert dict(word.split("=") for word in rhythm.parse("painting=2")) | {"painting": "2"} == {
        "utilities": "1",
        "carpentry": "3",
        "painting": "2",
        "tiling": "1",
        "flooring": "1",
        "installation": "0",
    }
    assert reminders.parse("30，7") == ("30", "7")
    for wrong in (
        "painting=abc",
        "painting=-1",
        "painting=99999999999",
        "plumbing=2",
        "painting",
        "painting=1,painting=2",
    ):
        with pytest.raises(SettingsError, match="fit_out_visit_days"):
            rhythm.parse(wrong)
    for wrong in ("abc", "-1", "30=1", "7,7", "999"):
        with pytest.raises(SettingsError, match="vacancy_reminder_days"):
            reminders.parse(wrong)
