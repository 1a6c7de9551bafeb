"""Settings in one place: what the environment says (processes, addresses) and what the business settings mean.

Only this module reads the environment. Business settings (``settings`` dataset) are rows in the database, kept in
history and valid from a day; here stand their names, meanings, bounds and defaults.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from guanjia.domain.errors import SettingsError, UnknownName

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

SettingKind = Literal["text", "boolean", "integer", "decimal", "date", "words"]


@dataclass(frozen=True)
class BusinessSetting:
    """One setting of the ``settings`` dataset.

    Attributes:
        name: its name in the dataset.
        kind: how its value is read.
        default: value when no row says otherwise, as text; None: there is none.
        meaning: what it decides, in English.
        meaning_zh: the same in Chinese.
        unit: unit of the value, if it has one.
        minimum: smallest value allowed, inclusive.
        maximum: largest value allowed, inclusive.
        words: values allowed, for a text, or for each word of a list.
        per_community: may differ by community.
    """

    name: str
    kind: SettingKind
    default: str | None
    meaning: str
    meaning_zh: str
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    words: tuple[str, ...] = ()
    per_community: bool = False

    def parse(self, text: str) -> str | bool | int | Decimal | date | tuple[str, ...]:
        """Read a value.

        Raises:
            SettingsError: the text is not a value of this setting; says what is expected.
        """
        value = text.strip()
        try:
            if self.kind == "boolean":
                return _BOOLEANS[value.casefold()]
            if self.kind == "date":
                return date.fromisoformat(value.replace("/", "-"))
            if self.kind in ("integer", "decimal"):
                number = int(value) if self.kind == "integer" else Decimal(value)
                if (
                    not Decimal(number).is_finite()
                    or (self.minimum is not None and number < self.minimum)
                    or (self.maximum is not None and number > self.maximum)
                ):
                    raise self._refused(text)
                return number
        except (KeyError, ValueError, InvalidOperation) as error:
            raise self._refused(text) from error
        listed = tuple(word.strip() for word in value.replace("，", ",").split(",") if word.strip())
        if self.words and any(word not in self.words for word in (listed if self.kind == "words" else (value,))):
            raise self._refused(text)
        return listed if self.kind == "words" else value

    def _refused(self, text: str) -> SettingsError:
        bounds = ""
        if self.minimum is not None or self.maximum is not None:
            low, high = ("…" if bound is None else bound for bound in (self.minimum, self.maximum))
            bounds = f" from {low} to {high}"
        if self.words:
            bounds = f" out of {', '.join(self.words)}"
        return SettingsError(f"Setting {self.name} is '{text}'; expected {_KIND_WORDS[self.kind]}{bounds}.")


_BOOLEANS = dict.fromkeys(("yes", "y", "true", "1", "是", "√", "有"), True) | dict.fromkeys(
    ("no", "n", "false", "0", "否", "×", "无"), False
)
_KIND_WORDS: Mapping[SettingKind, str] = {
    "text": "a text",
    "boolean": "yes or no",
    "integer": "a whole number",
    "decimal": "a number",
    "date": "a date such as 2026-09-01",
    "words": "a list separated by commas",
}

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
            "Every how many days each stage of a fit-out is visited; 0: once, on its first day.",
            "装修各阶段巡查间隔天数；0 表示仅开始当天巡查一次。",
            unit="days",
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
        BusinessSetting(
            "billing_day",
            "integer",
            "5",
            "Day of the month on which the month before is billed.",
            "每月几日对上月出账。",
            unit="day of the month",
            minimum=Decimal(1),
            maximum=Decimal(28),
        ),
        BusinessSetting(
            "billing_due_days",
            "integer",
            "15",
            "Days after posting on which bills are due.",
            "账单入账后多少天为应缴日。",
            unit="days",
            minimum=Decimal(0),
            maximum=Decimal(365),
            per_community=True,
        ),
        BusinessSetting(
            "billing_correctable_months",
            "integer",
            "12",
            "Months back for which late facts are still corrected.",
            "可追溯更正的月数：迟到的事实在此范围内自动生成更正。",
            unit="months",
            minimum=Decimal(0),
            maximum=Decimal(120),
        ),
        BusinessSetting(
            "billing_approvers",
            "words",
            "",
            "Airflow users or staff numbers who may approve billing runs, never their own; without any none is posted.",
            "可审批出账的登录名或工号（不得审批自己发起的）；未设置则无法入账。",
        ),
        BusinessSetting(
            "billing_approval_days",
            "integer",
            "7",
            "Days a billing run waits for its approval before it is left undecided and said to be overdue.",
            "出账批次等待审批的天数；逾期按未决处理并提醒。",
            unit="days",
            minimum=Decimal(1),
            maximum=Decimal(60),
        ),
        BusinessSetting(
            "billing_largest_changes",
            "integer",
            "10",
            "Largest changes against last month that the approval shows.",
            "审批页列出的较上月变动最大的账单数。",
            unit="bills",
            minimum=Decimal(0),
            maximum=Decimal(100),
        ),
        BusinessSetting(
            "billing_batch_rows",
            "integer",
            "100000",
            "Bill lines from which a billing run builds a partition of its own.",
            "出账明细达到多少行时单独建分区。",
            unit="lines",
            minimum=Decimal(1),
            maximum=Decimal(1_000_000_000),
        ),
        BusinessSetting(
            "vacancy_factor",
            "decimal",
            "0.5",
            "Share of property fee and shared utilities billed on days registered vacant.",
            "空置登记期间物业费与公摊费的计费比例。",
            minimum=Decimal(0),
            maximum=Decimal(1),
            per_community=True,
        ),
        BusinessSetting(
            "not_fitted_out_factor",
            "decimal",
            "1",
            "Share of property fee and shared utilities billed on days handed over and not yet fitted out.",
            "已交付未装修期间物业费与公摊费的计费比例。",
            minimum=Decimal(0),
            maximum=Decimal(1),
            per_community=True,
        ),
        BusinessSetting(
            "reading_window_days",
            "integer",
            "7",
            "Days before or after a month's boundary within which a meter reading counts for it.",
            "月末前后多少天内的抄表读数可作为月末读数。",
            unit="days",
            minimum=Decimal(0),
            maximum=Decimal(15),
            per_community=True,
        ),
        BusinessSetting(
            "abnormal_pool_factor",
            "decimal",
            "3",
            "Times the median of the months before above which a shared meter's use is not billed unasked.",
            "公摊用量超过前几个月中位数的多少倍视为异常，须人工放行。",
            unit="times the median",
            minimum=Decimal(1),
            maximum=Decimal(1000),
            per_community=True,
        ),
        BusinessSetting(
            "abnormal_pool_months",
            "integer",
            "6",
            "Months before whose median use a shared meter is compared with.",
            "公摊用量与前多少个月的中位数比较。",
            unit="months",
            minimum=Decimal(1),
            maximum=Decimal(60),
            per_community=True,
        ),
        BusinessSetting(
            "abnormal_pool_known_months",
            "integer",
            "3",
            "Months of known use without which a shared meter is not compared.",
            "至少已知多少个月用量才作公摊异常比较。",
            unit="months",
            minimum=Decimal(1),
            maximum=Decimal(60),
            per_community=True,
        ),
        BusinessSetting(
            "agency_deposit_amount",
            "decimal",
            "100",
            "Deposit of an owner who has us find a tenant.",
            "代租押金金额。",
            unit="yuan",
            minimum=Decimal(0),
            maximum=Decimal(1_000_000),
            per_community=True,
        ),
        BusinessSetting(
            "agency_deposit_kept",
            "decimal",
            "10",
            "Part of that deposit we keep when no letting follows; the rest is returned.",
            "未能出租时从代租押金中扣收的金额，其余退还。",
            unit="yuan",
            minimum=Decimal(0),
            maximum=Decimal(1_000_000),
            per_community=True,
        ),
        BusinessSetting(
            "dunning_days",
            "words",
            "7,30,60",
            "Days after the due day from which the letters of level 1, 2 and 3 go out.",
            "逾期多少天起分别发出一、二、三级催缴函。",
            unit="days",
            per_community=True,
        ),
        BusinessSetting(
            "dunning_gap_days",
            "integer",
            "14",
            "Days after a letter went out before the next level.",
            "上一级催缴函发出后至少隔多少天才发下一级。",
            unit="days",
            minimum=Decimal(0),
            maximum=Decimal(365),
            per_community=True,
        ),
        BusinessSetting(
            "dunning_minimum",
            "decimal",
            "5.00",
            "Amount due above which a unit's customer is chased.",
            "欠费超过此金额才催缴。",
            unit="yuan",
            minimum=Decimal(0),
            maximum=Decimal(1_000_000),
            per_community=True,
        ),
        BusinessSetting(
            "late_fees",
            "boolean",
            "no",
            "Late fees are billed on what is paid late.",
            "是否对逾期费用计收滞纳金。",
            per_community=True,
        ),
        BusinessSetting(
            "late_fee_daily_rate",
            "decimal",
            "0.0005",
            "Late fee of a day as a share of the amount due: simple interest, never on itself.",
            "滞纳金日比例（单利，不计复利）。",
            unit="share per day",
            minimum=Decimal(0),
            maximum=Decimal(1),
            per_community=True,
        ),
        BusinessSetting(
            "late_fee_grace_days",
            "integer",
            "0",
            "Days after the due day without a late fee.",
            "应缴日后免收滞纳金的天数。",
            unit="days",
            minimum=Decimal(0),
            maximum=Decimal(365),
            per_community=True,
        ),
        BusinessSetting(
            "late_fee_cap",
            "decimal",
            "1",
            "Most a bill's late fees may come to, as a share of the bill.",
            "滞纳金累计上限（占账单金额的比例）。",
            unit="share",
            minimum=Decimal(0),
            maximum=Decimal(10),
            per_community=True,
        ),
        BusinessSetting(
            "contract_reminder_days",
            "words",
            "30,7",
            "Days before the end of a parking or rent contract on which a reminder goes out.",
            "车位、租赁合同到期前多少天提醒续约。",
            unit="days",
        ),
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
