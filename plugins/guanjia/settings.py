"""Settings in one place: what the environment says (processes, addresses) and what the business settings mean.

Only this module reads the environment. Business settings (``settings`` dataset) are rows in the database, kept in
history and valid from a day; here stand their names, meanings, bounds and defaults.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from guanjia.billing_settings import BILLING_SETTINGS
from guanjia.callback_settings import CALLBACK_SETTINGS
from guanjia.domain.errors import SettingsError, UnknownName
from guanjia.quality_settings import QUALITY_SETTINGS
from guanjia.report_settings import REPORT_SETTINGS
from guanjia.setting_definition import BusinessSetting as BusinessSetting

PROJECT_ROOT = Path(__file__).resolve().parents[2]
"""The checkout: dags/, sql/ and expectations/ stand beside plugins/."""

TIME_ZONE = ZoneInfo("Asia/Shanghai")

DatabaseRole = Literal["owner", "app", "read"]


@dataclass(frozen=True)
class SmtpServer:
    """Where real mail is handed over; passwords come from the environment or a file, never from a table."""

    host: str = "127.0.0.1"
    port: int = 8025
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    sender: str = "guanjia@example.com"
    ca_file: str = ""


@dataclass(frozen=True)
class Environment:
    """What the environment variables say, read once per process.

    Attributes:
        home: state folder (``GUANJIA_HOME``, default ``var/`` in the checkout).
        project_root: the checkout.
        database_urls: role → SQLAlchemy URL; empty: the embedded server of the home.
        airflow_database_url: Airflow's own database; blank: the embedded server's.
        ui_port: port of Airflow's pages.
        mail_smtp_port: SMTP port of the local mail sink.
        mail_pages_port: port of the sink's pages.
        smtp: the real mail server, used only when the business setting ``mail_live`` is yes.
        language: language of what the command prints (zh or en).
        log_level: lowest level that is logged.
        airflow_url: where Airflow's API answers, for people who act from the command; blank: this machine's.
    """

    home: Path
    project_root: Path
    database_urls: Mapping[DatabaseRole, str]
    airflow_database_url: str
    ui_port: int
    mail_smtp_port: int
    mail_pages_port: int
    smtp: SmtpServer
    language: Literal["zh", "en"]
    log_level: str
    airflow_url: str = ""


def _port(name: str, default: int) -> int:
    raw = os.environ.get(name, str(default))
    if not raw.isdecimal() or not 1 <= int(raw) <= 65535:
        raise SettingsError(
            f"{name} is '{raw}'; expected a port between 1 and 65535. Correct the environment variable."
        )
    return int(raw)


def _secret(name: str) -> str:
    """A secret given directly or, with ``_FILE`` behind its name, as a file (Docker and Kubernetes secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE names {path}, which cannot be read ({error.strerror}).") from error
    return os.environ.get(name, "")


def _one_of(name: str, default: str, *words: str) -> str:
    """A word out of some, in any case."""
    given = os.environ.get(name, default)
    for word in words:
        if word.casefold() == given.strip().casefold():
            return word
    raise SettingsError(f"{name} is '{given}'; expected one of {', '.join(words)}.")


def _psycopg(name: str) -> str:
    """The PostgreSQL URL in a variable, with the driver our engine uses, whatever form it was given in."""
    url = _secret(name)
    scheme, separator, rest = url.partition("://")
    if not url:
        return ""
    if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise SettingsError(
            f"{name} is not a PostgreSQL address; expected postgresql://user:password@host:port/database."
        )
    return f"postgresql+psycopg://{rest}"


def _database_urls() -> dict[DatabaseRole, str]:
    app = _psycopg("GUANJIA_DATABASE_URL")
    if not app:
        return {}
    owner = _psycopg("GUANJIA_OWNER_DATABASE_URL")
    read = _psycopg("GUANJIA_READ_DATABASE_URL")
    return {"app": app, "owner": owner or app, "read": read or app}


_override: Environment | None = None


def environment() -> Environment:
    """The environment of this process.

    Raises:
        SettingsError: a variable holds something that cannot be used; the message names it and what is expected.
    """
    return _override if _override is not None else _read()


@lru_cache(maxsize=1)
def _read() -> Environment:
    home = Path(os.environ.get("GUANJIA_HOME") or PROJECT_ROOT / "var").expanduser().absolute()
    project = Path(os.environ.get("GUANJIA_PROJECT") or PROJECT_ROOT).absolute()
    smtp_port = _port("GUANJIA_MAIL_SMTP_PORT", 8025)
    return Environment(
        home=home,
        project_root=project,
        database_urls=_database_urls(),
        airflow_database_url=_secret("GUANJIA_AIRFLOW_DATABASE_URL"),
        ui_port=_port("GUANJIA_UI_PORT", 8080),
        mail_smtp_port=smtp_port,
        mail_pages_port=_port("GUANJIA_MAIL_PAGES_PORT", 8026),
        smtp=SmtpServer(
            host=os.environ.get("GUANJIA_SMTP_HOST", "127.0.0.1"),
            port=_port("GUANJIA_SMTP_PORT", smtp_port),
            user=os.environ.get("GUANJIA_SMTP_USER", ""),
            password=_secret("GUANJIA_SMTP_PASSWORD"),
            security=_one_of("GUANJIA_SMTP_SECURITY", "none", "none", "starttls", "tls"),  # type: ignore[arg-type]  # checked against the words
            sender=os.environ.get("GUANJIA_SMTP_SENDER", "guanjia@example.com"),
            ca_file=os.environ.get("GUANJIA_SMTP_CA_FILE", ""),
        ),
        language=_one_of("GUANJIA_LANGUAGE", "zh", "zh", "en"),  # type: ignore[arg-type]  # checked against the words
        log_level=_one_of("GUANJIA_LOG_LEVEL", "INFO", "DEBUG", "INFO", "WARNING", "ERROR"),
        airflow_url=os.environ.get("GUANJIA_AIRFLOW_URL", "").rstrip("/"),
    )


def use(changed: Environment | None = None, **fields: object) -> Environment:
    """Replace the environment of this process: what a command found out (a started server) or a test arranges.

    Args:
        changed: the whole environment; None: the present one.
        fields: single attributes to replace in it.

    Returns:
        The environment now in force.
    """
    global _override
    _override = replace(changed or environment(), **fields)  # type: ignore[arg-type]  # names are checked by replace
    return _override


def forget() -> None:
    """Read the environment anew at the next call (tests, and a process that has forked)."""
    global _override
    _override = None
    _read.cache_clear()


def inherited_environment() -> dict[str, str]:
    """The variables of this process, for a process it starts (a copy)."""
    return dict(os.environ)


def set_environment(variables: Mapping[str, str]) -> None:
    """Set variables of this process, for a library that reads them when it is imported (Airflow)."""
    os.environ.update(variables)


# -- business settings ------------------------------------------------------------------------------------------------

_STAFF_ROLES = (
    "agent",
    "technician",
    "inspector",
    "reviewer",
    "team_leader",
    "supervisor",
    "manager",
    "department_head",
    "general_manager",
    "administration",
)

_MONTHS = tuple(str(month) for month in range(1, 13))

BUSINESS_SETTINGS: Mapping[str, BusinessSetting] = {
    setting.name: setting
    for setting in (
        BusinessSetting(
            "live_from",
            "date",
            None,
            "First day the community is served: nothing earlier is billed, escalated, called back, inspected or "
            "sampled. Without it the community is not served at all.",
            "小区上线日期：此前的工单、费用等不升级、不出账、不回访、不巡检、不抽检；未设置则该小区不纳入服务。",
            per_community=True,
        ),
        BusinessSetting(
            "mail_live",
            "boolean",
            "no",
            "Mail goes to the real mail server; until then to the local sink. Never in a demo home.",
            "邮件发往真实邮件服务器；未开启前只进本机邮件箱。演示环境不可开启。",
        ),
        BusinessSetting(
            "mail_sender_name",
            "text",
            "管家 Guanjia",
            "Name shown as the sender of our mails.",
            "邮件发件人显示名称。",
        ),
        BusinessSetting(
            "mail_rate_per_minute",
            "integer",
            "0",
            "Mails handed over per minute at most; 0: no limit.",
            "每分钟最多发送邮件数；0 表示不限。",
            unit="mails per minute",
            minimum=Decimal(0),
            maximum=Decimal(1_000_000),
        ),
        BusinessSetting(
            "mail_lines",
            "integer",
            "4",
            "Connections to the mail server at most; one more is opened for every 250 waiting mails.",
            "同时与邮件服务器建立的连接数上限；每积压 250 封邮件增开一条。",
            unit="connections",
            minimum=Decimal(1),
            maximum=Decimal(50),
        ),
        BusinessSetting(
            "mail_max_attempts",
            "integer",
            "8",
            "Attempts before a mail refused for a passing reason counts as failed.",
            "邮件因暂时原因被拒后，最多尝试发送的次数。",
            unit="attempts",
            minimum=Decimal(1),
            maximum=Decimal(100),
        ),
        BusinessSetting(
            "office_hours_roles",
            "words",
            "supervisor,manager,department_head,general_manager,administration",
            "Roles that get ordinary escalation digests in working time only; emergencies reach them at any time.",
            "仅在办公时间接收一般升级邮件的岗位；突发事件随时通知。",
            words=_STAFF_ROLES,
        ),
        BusinessSetting(
            "handover_roles",
            "words",
            "agent,team_leader",
            "Posts that hand their open cases to the next shift when a shift on the roster ends.",
            "交接班时须向下一班移交未完成工单清单的岗位。",
            words=_STAFF_ROLES,
        ),
        BusinessSetting(
            "handover_hours",
            "integer",
            "24",
            "Hours after the end of a shift within which the next one starts; the first handover is no older either.",
            "下一班须在本班结束后多少小时内上班才接收交班清单；首次交班也只回溯这么久。",
            unit="hours",
            minimum=Decimal(1),
            maximum=Decimal(240),
        ),
        BusinessSetting(
            "inspections_per_day",
            "integer",
            "40",
            "Units one inspector can inspect on one day.",
            "每名巡检员每天可巡检的户数。",
            unit="units",
            minimum=Decimal(0),
            maximum=Decimal(1000),
            per_community=True,
        ),
        BusinessSetting(
            "inspection_join_by_day",
            "integer",
            "20",
            "A unit that becomes vacant up to this day of the month is still inspected that month.",
            "当月几日（含）前空置的房屋仍纳入当月巡检。",
            unit="day of the month",
            minimum=Decimal(0),
            maximum=Decimal(31),
            per_community=True,
        ),
        BusinessSetting(
            "inspection_rain_months",
            "words",
            "6,7,8,9",
            "Months in which leaks and cracks are looked for (rainy season).",
            "雨季月份：巡检时查渗漏、裂缝。",
            words=_MONTHS,
            per_community=True,
        ),
        BusinessSetting(
            "inspection_ventilation_months",
            "words",
            "3,4,5,9,10,11",
            "Months in which vacant units are aired during the inspection.",
            "通风月份：巡检时开窗通风。",
            words=_MONTHS,
            per_community=True,
        ),
        BusinessSetting(
            "inspection_responsible_role",
            "text",
            "team_leader",
            "Post that is told at once of what an inspection found amiss.",
            "巡检发现异常时立即通知的岗位。",
            words=_STAFF_ROLES,
            per_community=True,
        ),
        BusinessSetting(
            "inspection_head_role",
            "text",
            "manager",
            "Post of the centre head: told of missed inspections and occupied months, makes the spot checks.",
            "服务中心负责人岗位：接收漏检、空置期用水用电超标清单，并负责抽查。",
            words=_STAFF_ROLES,
            per_community=True,
        ),
        BusinessSetting(
            "inspection_department",
            "text",
            "工程部",
            "Department responsible for the cases that inspections and registrations open.",
            "巡检异常、空置登记所开工单的责任部门。",
            per_community=True,
        ),
        BusinessSetting(
            "inspection_nothing_amiss_words",
            "words",
            "正常,一切正常,全部正常,均正常,无异常,没有异常,未见异常,未发现异常,无,没有,没问题,没有问题,无问题,良好,完好,"
            "ok,okay,all ok,normal,all normal,fine,good,none,nothing,no,nil,n/a,nothing amiss,no problem,no problems,"
            "/,-,--,—,——",
            "Words in the finding of an inspection that say that nothing is amiss; a finding of these alone opens no "
            "case. Case, width and punctuation do not matter.",
            "巡检异常一栏中表示“没有异常”的词语；只写这些词语时不开工单（不分大小写、全半角和标点）。",
            per_community=True,
        ),
        BusinessSetting(
            "spot_check_pct",
            "decimal",
            "10",
            "Share of each inspector's inspections of a month that is checked again.",
            "每名巡检员当月巡检的抽查比例。",
            unit="%",
            minimum=Decimal(0),
            maximum=Decimal(100),
            per_community=True,
        ),
        BusinessSetting(
            "spot_check_minimum",
            "integer",
            "3",
            "Inspections of each inspector and month that are checked again at least.",
            "每名巡检员每月最少抽查户数。",
            unit="inspections",
            minimum=Decimal(0),
            maximum=Decimal(1000),
            per_community=True,
        ),
        BusinessSetting(
            "spot_check_seed",
            "text",
            "guanjia",
            "Word the spot checks' random draw starts from; the same word and inspections draw the same sample.",
            "抽查随机种子：同一种子、同一批巡检抽出同样的样本。",
        ),
        BusinessSetting(
            "fit_out_visit_days",
            "words",
            "utilities=1,carpentry=3,painting=3,tiling=1,flooring=1,installation=0",
            "Every how many days each stage of a fit-out is visited; 0: once, on its first day. A stage left out keeps "
            "its default.",
            "装修各阶段巡查间隔天数；0 表示仅开始当天巡查一次。未列出的阶段用默认值。",
            unit="days",
            minimum=Decimal(0),
            maximum=Decimal(366),
            words=("utilities", "carpentry", "painting", "tiling", "flooring", "installation"),
            of="pairs",
        ),
        BusinessSetting(
            "first_fit_out_months",
            "integer",
            "24",
            "Months after the handover within which a finished unit's first fit-out begins; one that begins "
            "later is a refurbishment, for which the unit was never vacant.",
            "已装修房屋的首次装修须在交付后多少个月内开工；更晚的视为翻新，不计为未装修空置。",
            unit="months",
            minimum=Decimal(0),
            maximum=Decimal(1200),
            per_community=True,
        ),
        BusinessSetting(
            "vacancy_minimum_months",
            "integer",
            "3",
            "A vacancy registration must be longer than this.",
            "空置登记须超过的月数。",
            unit="months",
            minimum=Decimal(0),
            maximum=Decimal(24),
            per_community=True,
        ),
        BusinessSetting(
            "vacancy_backdated_days",
            "integer",
            "60",
            "A vacancy registration counts from at most so many days before the application.",
            "空置登记最多可追溯至申请日前的天数。",
            unit="days",
            minimum=Decimal(0),
            maximum=Decimal(3660),
            per_community=True,
        ),
        BusinessSetting(
            "vacancy_reminder_days",
            "words",
            "30,7",
            "Days before the end of a vacancy registration on which the owner is reminded.",
            "空置登记到期前提醒业主的天数。",
            unit="days",
            minimum=Decimal(0),
            maximum=Decimal(366),
            of="numbers",
        ),
        BusinessSetting(
            "vacancy_water_limit",
            "decimal",
            "1",
            "Water used in a month of a registered vacancy above which the month counts as occupied.",
            "空置登记期间月用水量超过此值，该月按入住计费。",
            unit="t",
            minimum=Decimal(0),
            maximum=Decimal(1_000_000),
            per_community=True,
        ),
        BusinessSetting(
            "vacancy_electricity_limit",
            "decimal",
            "5",
            "Electricity used in a month of a registered vacancy above which the month counts as occupied.",
            "空置登记期间月用电量超过此值，该月按入住计费。",
            unit="kWh",
            minimum=Decimal(0),
            maximum=Decimal(1_000_000),
            per_community=True,
        ),
        BusinessSetting(
            "intake_quiet_seconds",
            "integer",
            "60",
            "Seconds a file in the inbox must be unchanged before it is taken in.",
            "收件箱中的文件保持不变多少秒后才开始入库。",
            unit="seconds",
            minimum=Decimal(0),
            maximum=Decimal(3600),
        ),
        *BILLING_SETTINGS,
        *CALLBACK_SETTINGS,
        *QUALITY_SETTINGS,
        *REPORT_SETTINGS,
    )
}


def business_setting(name: str) -> BusinessSetting:
    """The setting of that name.

    Raises:
        UnknownName: there is none; the message lists those there are.
    """
    try:
        return BUSINESS_SETTINGS[name]
    except KeyError:
        known = ", ".join(sorted(BUSINESS_SETTINGS))
        raise UnknownName(f"There is no setting '{name}'. Known settings: {known}.") from None
