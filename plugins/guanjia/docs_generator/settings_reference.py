"""The settings page: environment variables of an installation, and the business settings kept as data."""

from __future__ import annotations

from guanjia.docs_generator.markdown import table, title
from guanjia.settings import BUSINESS_SETTINGS, BusinessSetting

ENVIRONMENT = {
    "GUANJIA_HOME": ("`var/` in the checkout", "Folder that holds all state of this installation."),
    "GUANJIA_PROJECT": ("the checkout", "Where `dags/`, `sql/` and `expectations/` are."),
    "GUANJIA_DATABASE_URL": (
        "the home's own server",
        "A PostgreSQL server (16 or later), role `guanjia_app`: `postgresql://user:password@host:port/database`.",
    ),
    "GUANJIA_OWNER_DATABASE_URL": ("`GUANJIA_DATABASE_URL`", "The same database as `guanjia_owner`, for migrations."),
    "GUANJIA_READ_DATABASE_URL": ("`GUANJIA_DATABASE_URL`", "The same database as `guanjia_read`, for reports."),
    "GUANJIA_AIRFLOW_DATABASE_URL": ("the home's own server", "Airflow's own database."),
    "GUANJIA_UI_PORT": ("8080", "Port of Airflow's pages on 127.0.0.1."),
    "GUANJIA_MAIL_SMTP_PORT": ("8025", "SMTP port of the local mail sink."),
    "GUANJIA_MAIL_PAGES_PORT": ("8026", "Port of the sink's pages."),
    "GUANJIA_SMTP_HOST": ("127.0.0.1", "The company's mail server, used once the setting `mail_live` is yes."),
    "GUANJIA_SMTP_PORT": ("`GUANJIA_MAIL_SMTP_PORT`", "Its port."),
    "GUANJIA_SMTP_USER": ("none", "User name at the mail server."),
    "GUANJIA_SMTP_PASSWORD": ("none", "Password at the mail server."),
    "GUANJIA_SMTP_SECURITY": ("none", "`none`, `starttls` or `tls`."),
    "GUANJIA_AIRFLOW_URL": ("this machine's", "Where Airflow's API answers, for people who act from the command."),
    "GUANJIA_SMTP_CA_FILE": ("the system's", "Certificates to trust instead, for a company's own mail server."),
    "GUANJIA_SMTP_SENDER": ("guanjia@example.com", "Address our mails come from."),
    "GUANJIA_LANGUAGE": ("zh", "Language of what the command prints and of the pages' first visit: `zh` or `en`."),
    "GUANJIA_LOG_LEVEL": ("INFO", "Lowest level that is logged."),
}
"""Environment variable → default, meaning. A test compares the names with those settings.py reads."""

INTRODUCTION = """
Two kinds. *Environment variables* say where this installation's processes and addresses are; they are read once per
process. A secret can also be given as a file: the same name with `_FILE` behind it. *Business settings* are rows of
the dataset [`settings`](data-contract.md#settings-参数): valid from a day, kept in history, changed by loading a file.
"""


def page() -> str:
    """The page ``settings.md``."""
    variables = table(
        ["variable", "default", "meaning"],
        [[f"`{name}`", default, meaning] for name, (default, meaning) in ENVIRONMENT.items()],
    )
    business = table(
        ["setting", "value", "default", "per community", "meaning", "含义"],
        [
            [
                f"`{setting.name}`",
                _value(setting),
                "none" if setting.default is None else f"`{setting.default}`",
                "yes" if setting.per_community else "",
                setting.meaning,
                setting.meaning_zh,
            ]
            for setting in BUSINESS_SETTINGS.values()
        ],
    )
    head = title("Settings 参数", INTRODUCTION)
    return f"{head}\n## Environment variables\n\n{variables}\n## Business settings 业务参数\n\n{business}"


def _value(setting: BusinessSetting) -> str:
    said: str = setting.kind
    if setting.minimum is not None:
        said += f", at least {setting.minimum}"
    if setting.maximum is not None:
        said += f", at most {setting.maximum}"
    if setting.words:
        said += ": " + ", ".join(setting.words)
    return f"{said} ({setting.unit})" if setting.unit else said
