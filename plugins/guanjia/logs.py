"""Structured logs: a short event and named values, without personal data.

    log = get_logger(__name__)
    log.info("cases loaded", file="cases.csv", accepted=120, rejected=3)

Every value is masked before it reaches any handler, also inside Airflow, whose own handlers then carry our lines into
the task log. ``configure`` is for our own processes: readable lines on a terminal, one JSON object a line elsewhere.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO, cast

import structlog

from guanjia.domain.masking import mask_field, mask_text

_FIELDS: Final = "guanjia_fields"
_NOISY: Final = ("alembic", "asyncio", "great_expectations", "matplotlib", "PIL", "uvicorn.access", "httpx", "httpcore")


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module.

    Args:
        name: the module's ``__name__``.

    Returns:
        A logger whose events and values are masked whatever the process around it has configured.
    """
    return cast(
        structlog.stdlib.BoundLogger,
        structlog.wrap_logger(
            logging.getLogger(name),
            processors=[
                structlog.stdlib.filter_by_level,
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.PositionalArgumentsFormatter(),
                structlog.processors.format_exc_info,
                _masked,
                _to_record,
            ],
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=True,
        ),
    )


def _masked(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = mask_field(key, value)
    return event


def _to_record(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    message = str(event.pop("event", ""))
    trace = event.pop("exception", None)
    line = " ".join([message, *(f"{key}={_shown(value)}" for key, value in event.items())])
    fields = {"event": message, **event} | ({"exception": trace} if trace else {})
    text = f"{line}\n{trace}" if trace else line
    return (text,), {"extra": {_FIELDS: fields}, "exc_info": False}


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return json.dumps(text, ensure_ascii=False) if " " in text and isinstance(value, str) else text


class _Lines(logging.Formatter):
    """One readable line: time, level, event and values."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone()
        return f"{moment:%H:%M:%S} {record.levelname.lower():<7} {_body(record)}"


class _Json(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        fields: Mapping[str, Any] = getattr(record, _FIELDS, {}) or {"event": _body(record)}
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"at": moment, "level": record.levelname.lower(), "logger": record.name}
        return json.dumps(head | dict(fields), ensure_ascii=False, default=str)


def _body(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info:
        text += "\n" + logging.Formatter().formatException(record.exc_info)
    return text if hasattr(record, _FIELDS) else mask_text(text)


def configure(*, level: str = "INFO", as_json: bool | None = None, stream: TextIO | None = None) -> None:
    """Sets up the logs of one of our own processes; again replaces what an earlier call set up.

    Args:
        level: least level shown, such as ``INFO`` or ``DEBUG``.
        as_json: one JSON object a line; None: unless the stream is a terminal.
        stream: where to; None: standard error, so that a command's output stays clean.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(_Json() if (not target.isatty() if as_json is None else as_json) else _Lines())
    handler.set_name("guanjia")
    root = logging.getLogger()
    root.handlers = [known for known in root.handlers if known.get_name() != "guanjia"] + [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
