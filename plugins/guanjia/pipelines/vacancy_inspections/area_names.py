"""The names of areas the form offers: a small file of the home, so that a DAG file is read without the database.

Intake leaves the communities served there (`areas.remember_areas`). This module imports little: Airflow reads DAG files
often, and whatever else may be broken, the form opens.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from typing import Final, NamedTuple

from guanjia.settings import environment

FILE: Final = "areas.json"
"""In the home: the communities served, as intake found them last."""

COMPANY: Final = "company"
REGION: Final = "region:"


class NamedCommunity(NamedTuple):
    """A community as the form names it."""

    code: str
    name: str
    region: str | None


def offered_areas() -> dict[str, str]:
    """What the form offers: value → how it is called, in both languages; without the database.

    Returns:
        All communities first, then regions (``region:NAME``), then communities by code; empty where intake has not
        left its file yet or it cannot be read: then names are typed.
    """
    found = _read()
    if not found:
        return {}
    regions = sorted({each.region for each in found if each.region})
    sizes = {region: sum(each.region == region for each in found) for region in regions}
    offered = {COMPANY: f"全部小区 All communities ({len(found)})"} if len(found) > 1 else {}
    offered |= {f"{REGION}{region}": f"区域 Region · {region} ({sizes[region]})" for region in regions}
    return offered | {each.code: f"{each.name} · {each.code}" for each in found}


def write_names(communities: Sequence[NamedCommunity]) -> bool:
    """Write the file, if it would say something else; written beside, then renamed: no reader finds half of it.

    Returns:
        Whether it was written.

    Raises:
        OSError: it cannot be written.
    """
    listed = [each._asdict() for each in communities]
    text = json.dumps({"communities": listed}, ensure_ascii=False, indent=1) + "\n"
    path = environment().home / FILE
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return True


def _read() -> list[NamedCommunity]:
    try:
        listed = json.loads((environment().home / FILE).read_text(encoding="utf-8"))["communities"]
        return [NamedCommunity(str(each["code"]), str(each["name"]), each["region"]) for each in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return []
