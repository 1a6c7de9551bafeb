"""Who acts from the command: a person of the staff register who proves it to Airflow.

``staff.login`` ties a person to the Airflow user of that name. In a demo home, and only while no real mail is sent, a
bare ``--as`` is believed.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, or_, select

from guanjia.cli.values import now
from guanjia.domain.errors import HostError, NotPermitted, UsageError
from guanjia.settings import environment
from guanjia.store.business_settings import setting_value
from guanjia.store.tables.registers import staff

_SECONDS = 15


@dataclass(frozen=True)
class ActingPerson:
    """Who acts: the staff code, and the Airflow user if there was proof."""

    staff_code: str
    login: str | None


def add_identity_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares ``--as``, ``--login`` and ``--password-file``, the same in every command that acts for a person."""
    parser.add_argument("--as", dest="acting_as", metavar="STAFF", help="staff code of who acts")
    parser.add_argument("--login", metavar="USER", help="their Airflow user (default: the one in the staff register)")
    parser.add_argument(
        "--password-file", metavar="FILE", help="its password (- for standard input; default: asked for)"
    )


def acting_person(arguments: argparse.Namespace, transaction: Connection) -> ActingPerson:
    """The person who acts, proven.

    Args:
        arguments: parsed, with what ``add_identity_arguments`` declared.
        transaction: open transaction on the shared database.

    Raises:
        UsageError: nobody is named.
        NotPermitted: Airflow refuses user and password, or they belong to nobody (any more), or to somebody else.
        HostError: Airflow does not answer.
    """
    today = now().date()
    if arguments.acting_as and not arguments.login and believes_a_name(transaction, today):
        return _of_staff(transaction, staff.c.staff_code == arguments.acting_as, arguments.acting_as, today, None)
    login = arguments.login or _login_of(transaction, arguments.acting_as)
    if not login:
        raise UsageError("Say who acts: --as STAFF in a demo home, else --login USER (and their password).")
    prove(login, _password(arguments.password_file, login))
    person = _of_staff(transaction, staff.c.login == login, login, today, login)
    if arguments.acting_as and arguments.acting_as != person.staff_code:
        raise NotPermitted(f"The Airflow user {login} is {person.staff_code} and cannot act as {arguments.acting_as}.")
    return person


def believes_a_name(transaction: Connection, today: date) -> bool:
    """Whether a bare ``--as`` is enough: in a demo home that sends no real mail."""
    from guanjia.host.home import is_demo_home

    return is_demo_home(environment().home) and not setting_value(transaction, "mail_live", today)


def prove(login: str, password: str) -> None:
    """Asks Airflow whether user and password are right.

    Raises:
        NotPermitted: they are not.
        HostError: Airflow does not answer, or answers something else.
    """
    import httpx

    given = environment()
    address = given.airflow_url or f"http://127.0.0.1:{given.ui_port}"
    try:
        answer = httpx.post(
            f"{address}/auth/token", json={"username": login, "password": password}, timeout=_SECONDS, trust_env=False
        )
    except httpx.HTTPError as error:
        raise HostError(
            f"Airflow does not answer at {address} ({type(error).__name__}): start it with `guanjia up`, or set "
            "GUANJIA_AIRFLOW_URL. Nothing was changed."
        ) from error
    if answer.status_code in (401, 403):
        raise NotPermitted(f"Airflow does not accept this password for {login}. Nothing was changed.")
    if not answer.is_success or not answer.json().get("access_token"):
        raise HostError(f"Airflow at {address} answered {answer.status_code} to the sign-in. Nothing was changed.")


def _login_of(transaction: Connection, staff_code: str | None) -> str | None:
    if not staff_code:
        return None
    row = transaction.execute(select(staff.c.login).where(staff.c.staff_code == staff_code)).one_or_none()
    if row is None:
        raise NotPermitted(f"{staff_code} is not in the staff register. Nothing was changed.")
    if not row.login:
        raise NotPermitted(f"{staff_code} has no login in the staff register, so nobody can prove to be them.")
    login: str = row.login
    return login


def _of_staff(transaction: Connection, condition: object, named: str, today: date, login: str | None) -> ActingPerson:
    found = transaction.execute(
        select(staff.c.staff_code).where(condition, or_(staff.c.left_on.is_(None), staff.c.left_on >= today))  # type: ignore[arg-type]  # a condition on a column
    ).all()
    if len(found) != 1:
        raise NotPermitted(f"{named} is nobody on the staff register today. Nothing was changed.")
    return ActingPerson(found[0].staff_code, login)


def _password(file: str | None, login: str) -> str:
    if file == "-":
        return sys.stdin.readline().rstrip("\n")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UsageError(f"{file} cannot be read ({error.strerror}).") from error
    if not sys.stdin.isatty():
        raise UsageError(f"The password of {login} is needed: --password-file FILE, or - to give it on standard input.")
    return getpass.getpass(f"{login}: ")
