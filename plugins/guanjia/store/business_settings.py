"""Reading business settings: the row in force on a day, for a community or for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, or_, select

from guanjia.domain.errors import SettingsError, UnknownName
from guanjia.settings import business_setting
from guanjia.store.tables.policies import settings as settings_table

SettingValue = str | bool | int | Decimal | date | tuple[str, ...]


def setting_value(
    transaction: Connection, name: str, on: date, community_code: str | None = None
) -> SettingValue | None:
    """The value of a setting in force on a day.

    Args:
        transaction: open transaction.
        name: name of the setting.
        on: day in Asia/Shanghai.
        community_code: community asked for; its own row goes before the row for all.

    Returns:
        The parsed value, the default where no row says otherwise, None where there is no default.

    Raises:
        UnknownName: no such setting.
        SettingsError: the stored value is not one of this setting.
    """
    known = business_setting(name)
    table = settings_table
    for_all = table.c.community_code.is_(None)
    for_whom = for_all if community_code is None else or_(for_all, table.c.community_code == community_code)
    stored = transaction.execute(
        select(table.c.value)
        .where(table.c.setting == name, for_whom, or_(table.c.valid_from.is_(None), table.c.valid_from <= on))
        .order_by(table.c.community_code.is_(None), table.c.valid_from.desc().nulls_last())
        .limit(1)
    ).scalar_one_or_none()
    text = stored if stored is not None else known.default
    return None if text is None else known.parse(text)


def required_setting(transaction: Connection, name: str, on: date, community_code: str | None = None) -> SettingValue:
    """Like `setting_value`, for a setting that has a default or must have been set.

    Raises:
        UnknownName: no value is in force.
    """
    value = setting_value(transaction, name, on, community_code)
    if value is None:
        raise UnknownName(f"Setting {name} has no value on {on}; load one with the settings dataset.")
    return value


def required_words(transaction: Connection, name: str, on: date, community_code: str | None = None) -> tuple[str, ...]:
    """Like `required_setting`, of a setting that is a list of words, such as posts.

    Raises:
        UnknownName: no value is in force.
        TypeError: the setting is no list of words.
    """
    value = required_setting(transaction, name, on, community_code)
    if not isinstance(value, tuple):
        raise TypeError(f"Setting {name} is no list of words.")
    return value


def settings_by_community(
    transaction: Connection, names: Sequence[str], on: date, communities: Sequence[str]
) -> dict[str, dict[str, SettingValue | None]]:
    """Several settings of several communities at once, with one query.

    Args:
        transaction: open transaction.
        names: names of the settings.
        on: day in Asia/Shanghai.
        communities: community codes.

    Returns:
        Community → name → parsed value (None: no default and no row).

    Raises:
        UnknownName: no such setting.
        SettingsError: a stored value is not one of its setting.
    """
    known = {name: business_setting(name) for name in names}
    table = settings_table
    rows = transaction.execute(
        select(table.c.setting, table.c.community_code, table.c.value)
        .where(table.c.setting.in_(known), or_(table.c.valid_from.is_(None), table.c.valid_from <= on))
        .order_by(table.c.valid_from.asc().nulls_first())
    ).all()
    in_force = {(row.setting, row.community_code): row.value for row in rows}
    found: dict[str, dict[str, SettingValue | None]] = {}
    for community in communities:
        values: dict[str, SettingValue | None] = {}
        for name, setting in known.items():
            text = in_force.get((name, community), in_force.get((name, None), setting.default))
            try:
                values[name] = None if text is None else setting.parse(text)
            except SettingsError as error:
                if (name, community) not in in_force:
                    raise
                raise SettingsError(f"Community {community}: {error}") from error
        found[community] = values
    return found
