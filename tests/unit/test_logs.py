"""Logs are structured and hold no personal data, whatever process they come from."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from guanjia.logs import configure, get_logger


@pytest.fixture(autouse=True)
def root_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    yield
    root.handlers, root.level = before


def lines(as_json: bool, level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    configure(level=level, as_json=as_json, stream=stream)
    return stream


def test_one_json_object_a_line_with_masked_values() -> None:
    stream = lines(as_json=True)
    get_logger("guanjia.test").info("row refused", phone="13812341234", customer_name="王小明", row=7)
    got = json.loads(stream.getvalue())
    assert (got["event"], got["level"], got["logger"]) == ("row refused", "info", "guanjia.test")
    assert (got["phone"], got["customer_name"], got["row"]) == ("138****1234", "王*", 7)


def test_a_readable_line_on_a_terminal() -> None:
    stream = lines(as_json=False)
    get_logger("guanjia.test").warning("mail not sent", recipient="wang@example.com", reply="no such user")
    assert stream.getvalue().strip().endswith('warning mail not sent recipient=w***@example.com reply="no such user"')


def test_other_peoples_log_lines_are_masked_too() -> None:
    stream = lines(as_json=False)
    logging.getLogger("some.library").info("called %s", "13812341234")
    assert "138****1234" in stream.getvalue()


def test_a_traceback_is_told_once_and_masked() -> None:
    stream = lines(as_json=False)
    try:
        raise ValueError("13812341234")
    except ValueError:
        get_logger("guanjia.test").exception("it broke")
    assert stream.getvalue().count("Traceback") == 1
    assert "13812341234" not in stream.getvalue()


def test_what_is_below_the_level_is_not_said() -> None:
    stream = lines(as_json=False, level="WARNING")
    get_logger("guanjia.test").info("quiet")
    assert stream.getvalue() == ""


def test_setting_up_twice_says_everything_once() -> None:
    lines(as_json=False)
    stream = lines(as_json=False)
    get_logger("guanjia.test").info("once")
    assert stream.getvalue().count("once") == 1
