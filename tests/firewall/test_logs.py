"""The firewall's log: one object a line, no secrets, no forged lines."""

from __future__ import annotations

import io
import json
import logging

import pytest

from stockade.firewall.logs import configure


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_object(stream: io.StringIO) -> None:
    configure(stream=stream).info("answered", extra={"path": "/simple/a/", "status": 200, "code": ""})
    (line,) = lines(stream)
    assert (line["level"], line["message"], line["path"], line["status"]) == (
        "info",
        "answered",
        "/simple/a/",
        200,
    )
    assert str(line["at"]).endswith("Z")
    assert "code" not in line


def test_hostile_text_makes_no_second_line(stream: io.StringIO) -> None:
    configure(stream=stream).info(
        "answered", extra={"path": 'a\n{"level": "error"}\r\x1b[2J\u2028', "agent": "x" * 9_000}
    )
    (line,) = lines(stream)
    assert len(str(line["agent"])) == 500
    assert stream.getvalue().isascii()


def test_only_named_fields_are_written(stream: io.StringIO) -> None:
    logger = configure(stream=stream)
    try:
        int("password hunter2")
    except ValueError:
        logger.exception("it failed", extra={"authorization": "Basic hunter2"})
    assert "hunter2" not in stream.getvalue()
    assert lines(stream)[0]["error"] == "ValueError"


def test_the_server_below_writes_there_too(stream: io.StringIO) -> None:
    configure(stream=stream)
    logging.getLogger("uvicorn.error").error("no %s", "way")
    assert lines(stream)[0]["message"] == "no way"


def test_the_log_tells_nothing_of_our_own_source(stream: io.StringIO) -> None:
    configure(stream=stream).info("answered")
    assert __file__.rpartition("/")[2] not in stream.getvalue()
    assert set(lines(stream)[0]) == {"at", "level", "message"}
