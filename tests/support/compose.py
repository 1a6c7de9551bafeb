"""Reads docker-compose.yml as Compose does, so that tests can run its commands without Docker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

COMPOSE_FILE = Path(__file__).resolve().parents[2] / "docker-compose.yml"

_VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<sign>:[-?])(?P<rest>[^}]*))?\}|(?P<bare>\w+))")


@dataclass(frozen=True)
class Service:
    """A service of the Compose file, its variables filled in.

    Attributes:
        name: the service's name, which is also its host name in the Compose network.
        command: program and arguments.
        environment: the variables it gets.
        healthcheck: program and arguments that tell whether it is healthy; empty: none.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    healthcheck: list[str]

    def with_text_replaced(self, replacements: Mapping[str, str]) -> Service:
        """The service with other addresses and folders, everywhere they are named."""

        def replaced(text: str) -> str:
            for old, new in replacements.items():
                text = text.replace(old, new)
            return text

        return Service(
            self.name,
            [replaced(word) for word in self.command],
            {name: replaced(value) for name, value in self.environment.items()},
            [replaced(word) for word in self.healthcheck],
        )


def raw() -> dict[str, Any]:
    """The Compose file as YAML, variables not filled in."""
    content: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
    return content


def services(variables: Mapping[str, str]) -> dict[str, Service]:
    """The services with the variables of an ``.env`` filled in.

    Raises:
        KeyError: a variable that must be there (``${NAME:?…}``) is not.
    """
    found = {}
    for name, definition in _filled(raw()["services"], variables).items():
        health = definition.get("healthcheck", {}).get("test", [])
        kind, *words = health or ["NONE"]
        found[name] = Service(
            name,
            definition["command"],
            {key: str(value) for key, value in definition.get("environment", {}).items()},
            ["sh", "-c", *words] if kind == "CMD-SHELL" else words,
        )
    return found


def variables_used(value: object) -> Iterator[tuple[str, str]]:
    """Each variable of the file with how it is required (``:?``, ``:-`` or nothing)."""
    if isinstance(value, str):
        for match in _VARIABLE.finditer(value):
            if not match["escaped"]:
                yield match["name"] or match["bare"], match["sign"] or ""
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from variables_used(part)
    elif isinstance(value, list):
        for part in value:
            yield from variables_used(part)


def read_env(text: str) -> dict[str, str]:
    """The variables of an ``.env`` file."""
    lines = (line.strip() for line in text.splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _value_of(match, variables), value)
    if isinstance(value, dict):
        return {key: _filled(part, variables) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, variables) for part in value]
    return value


def _value_of(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["escaped"]:
        return "$"
    name = match["name"] or match["bare"]
    if variables.get(name):
        return variables[name]
    if match["sign"] == ":?":
        raise KeyError(f"{name}: {match['rest']}")
    return match["rest"] or ""
