"""``stockade events``: what it prints, and its exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import signal
import subprocess  # noqa: TID251 - the following process is started as a user starts it
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.store.samples import NOON, event

from stockade.cli.events import moment
from stockade.cli.main import main
from stockade.errors import InvalidValueError
from stockade.model.events import Event
from stockade.model.verdicts import Action
from stockade.store.events import EventLog

Golden = Callable[[str, str], None]


@pytest.fixture(autouse=True)
def _own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STOCKADE_DATABASE", raising=False)


def hostile() -> Event:
    return event(
        4, subject="\x1b[31mred\u202egpj.exe", detail={"note": "line\nbreak"}, actor="", verdict=Action.BLOCK
    )


@pytest.fixture
def log() -> None:
    """Six events in the default place."""
    with EventLog.open() as log:
        log.append(
            [
                event(1, verdict=Action.ALLOW),
                event(2, layer="gate", kind="change.judged", verdict=None, actor="", place="", detail={}),
                event(3, subject="a-much-longer-subject==1.0", verdict=Action.QUARANTINE),
                hostile(),
                event(5, verdict=None, actor=""),
                event(6, layer="feed", kind="feed.imported", place=""),
            ]
        )


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["events", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def sequences(lines: str) -> list[int]:
    return [json.loads(line)["sequence"] for line in lines.splitlines()]


@pytest.mark.usefixtures("log")
def test_query_prints_aligned_lines_in_which_everything_can_be_seen(
    capsys: pytest.CaptureFixture[str], golden: Golden
) -> None:
    code, out, err = run(capsys, "query")
    assert (code, err) == (0, "")
    golden("events/query.txt", out)


@pytest.mark.usefixtures("log")
def test_query_prints_one_json_document(capsys: pytest.CaptureFixture[str], golden: Golden) -> None:
    code, out, err = run(capsys, "query", "--format", "json", "--limit", "3")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["schema"] == "stockade.events/1"
    assert document["more"] is True
    assert [one["sequence"] for one in document["events"]] == [4, 5, 6]
    assert document["events"][0]["subject"] == hostile().subject
    golden("events/query.json", out)


@pytest.mark.usefixtures("log")
def test_each_json_line_says_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "query", "--format", "jsonl", "--limit", "0")
    assert {json.loads(line)["schema"] for line in out.splitlines()} == {"stockade.events/1"}
    assert sequences(out) == [1, 2, 3, 4, 5, 6]
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.usefixtures("log")
def test_anybody_can_recompute_the_chain_from_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As docs/events.md tells it, without a line of ours."""
    previous = "0" * 64
    for line in run(capsys, "query", "--format", "jsonl", "--limit", "0")[1].splitlines():
        printed = json.loads(line)
        at = datetime.fromisoformat(printed["at"]).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        fields = ("layer", "kind", "subject", "actor", "place", "verdict", "detail")
        hashed = json.dumps(
            {"at": at, **{name: printed[name] for name in fields}},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        digest = hashlib.sha256(f"{printed['sequence']}\n{previous}\n{hashed}".encode()).hexdigest()
        assert (printed["previous"], printed["hash"]) == (previous, digest)
        previous = digest
    assert run(capsys, "anchor")[1] == f"6:{previous}\n"


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--layer", "gate"], [2]),
        (["--kind", "feed.imported"], [6]),
        (["--subject", "a-*==?.0"], [3]),
        (["--verdict", "quarantine"], [3, 4]),
        (["--since", "2025-06-01T12:05"], [5, 6]),
        (["--since", "2025-06-01T14:05+02:00", "--until", "2025-06-01T12:06Z"], [5]),
        (["--since", "2h"], []),
        (["--until", "2h"], [1, 2, 3, 4, 5, 6]),
        (["--until", "2025-06-01"], []),
        (["--limit", "2"], [5, 6]),
    ],
)
def test_query_takes_filters(
    capsys: pytest.CaptureFixture[str], options: list[str], expected: list[int]
) -> None:
    code, out, err = run(capsys, "query", "--format", "jsonl", *options)
    assert code == 0
    assert sequences(out) == expected
    assert ("no event matches" in err) is (not expected)


def test_lines_leave_out_empty_details_and_what_an_agent_tells_of_its_machine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    agent = 'pip/23.2.1 {"ci":null,"cpu":"x86_64"}'
    with EventLog.open() as log:
        log.append([event(1, kind="file.served", detail={"agent": agent, "none": ""})])
    _, out, _ = run(capsys, "query")
    assert out.rstrip().endswith("  agent=pip/23.2.1")
    _, line, _ = run(capsys, "query", "--format", "jsonl")
    assert json.loads(line)["detail"] == {"agent": agent, "none": ""}


@pytest.mark.usefixtures("log")
def test_query_says_that_it_left_older_events_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the newest 2 of those that match" in run(capsys, "query", "--limit", "2")[2]
    assert run(capsys, "query", "--limit", "6")[2] == ""


@pytest.mark.parametrize(
    "options",
    [
        ["query", "--since", "yesterday"],
        ["query", "--since", "999999999w"],
        ["query", "--since", "0001-01-01T00:00+14:00"],
        ["query", "--verdict", "fine"],
        ["query", "--limit", "-1"],
        ["tail", "-n", "-1"],
        ["tail", "-f", "--format", "json"],
        ["verify", "--expect", "6"],
        ["verify", "--database", "mysql://db.invalid/logs"],
    ],
)
def test_a_wrong_call_ends_with_2(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    code, out, err = run(capsys, *options)
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize("command", [["query"], ["tail"], ["tail", "-f"], ["verify"], ["anchor"]])
def test_without_a_log_nothing_is_clean(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, err = run(capsys, *command)
    assert (code, out) == (3, "")
    assert "there is no event log at" in err
    assert not (Path(os.environ["STOCKADE_STATE"]) / "events.db").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45s", NOON - timedelta(seconds=45)),
        ("30m", NOON - timedelta(minutes=30)),
        ("2h", NOON - timedelta(hours=2)),
        ("7d", NOON - timedelta(days=7)),
        ("2w", NOON - timedelta(weeks=2)),
        ("2025-05-31", datetime(2025, 5, 31, tzinfo=UTC)),
        ("2025-05-31T10:30:00.000001", datetime(2025, 5, 31, 10, 30, 0, 1, tzinfo=UTC)),
        ("2025-05-31 10:30-05:00", datetime(2025, 5, 31, 15, 30, tzinfo=UTC)),
        ("2025-05-31T10:30Z", datetime(2025, 5, 31, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_duration_before_now_or_iso(text: str, expected: datetime) -> None:
    found = moment(text, NOON)
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "2", "2 h", "-2h", "2y", "h", "noon", "2025-13-01", "\u0662h\n", "2h\n"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="not a time"):
        moment(text, NOON.astimezone(timezone(timedelta(hours=1))))


@pytest.mark.usefixtures("log")
def test_tail_shows_the_newest_events(capsys: pytest.CaptureFixture[str]) -> None:
    assert sequences(run(capsys, "tail", "-n", "2", "--format", "jsonl")[1]) == [5, 6]
    assert run(capsys, "tail", "-n", "0")[:2] == (0, "")
    document = json.loads(run(capsys, "tail", "-n", "4", "--format", "json")[1])
    assert [one["sequence"] for one in document["events"]] == [3, 4, 5, 6]
    assert document["more"] is True
    assert json.loads(run(capsys, "tail", "--format", "json")[1])["more"] is False


@pytest.mark.usefixtures("log")
def test_tail_follows_until_ctrl_c_and_ends_clean() -> None:
    # A shell that starts the tests in the background leaves SIGINT ignored, and children inherit that.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{listen}; import sys; from stockade.cli.main import main; sys.exit(main())"
    command = ["events", "tail", "-f", "-n", "2", "--interval", "0.05", "--format", "jsonl"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = threading.Timer(60, process.kill)
    deadline.start()
    try:
        assert process.stdout is not None
        lines = process.stdout.readline() + process.stdout.readline()
        with EventLog.open() as log:
            for number in (7, 8):
                log.append([event(number)])
                lines += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
    finally:
        deadline.cancel()
        process.kill()
        process.communicate()
    assert sequences(lines) == [5, 6, 7, 8]
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.usefixtures("log")
def test_verify_says_intact_and_gives_the_anchor(capsys: pytest.CaptureFixture[str]) -> None:
    code, anchor, err = run(capsys, "anchor")
    assert (code, err) == (0, "")
    code, out, err = run(capsys, "verify")
    assert (code, err) == (0, "")
    assert "intact: 6 events in " in out
    assert "were not compared with an anchor" in out
    assert f"  anchor {anchor}" in out
    code, out, _ = run(capsys, "verify", "--expect", anchor)
    assert code == 0
    assert "hold the expected anchor" in out
    document = json.loads(run(capsys, "verify", "--format", "json")[1])
    assert (document["schema"], document["intact"], document["checked"]) == ("stockade.events/1", True, 6)
    assert document["anchor"] == anchor.strip()
    assert document["problems"] == []


@pytest.mark.usefixtures("log")
def test_verify_names_what_was_tampered_with_and_ends_with_1(
    capsys: pytest.CaptureFixture[str], golden: Golden
) -> None:
    where = Path(os.environ["STOCKADE_STATE"]) / "events.db"
    engine = create_engine(f"sqlite:///{where}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER stockade_events_no_update"))
        connection.execute(text("UPDATE stockade_events SET verdict = 'allow' WHERE sequence = 3"))
        connection.execute(text("UPDATE stockade_events SET verdict = 'ok\n' WHERE sequence = 4"))
    engine.dispose()
    code, out, err = run(capsys, "verify")
    assert (code, err) == (1, "")
    golden("events/verify.txt", out.replace(str(where), "STATE/events.db"))
    code, out, _ = run(capsys, "verify", "--format", "json")
    document = json.loads(out)
    assert (code, document["intact"], document["anchor"]) == (1, False, "")
    found = [(one["sequence"], one["kind"]) for one in document["problems"]]
    assert found == [(3, "altered"), (4, "unreadable"), (0, "unguarded")]


@pytest.mark.usefixtures("log")
def test_verify_with_an_anchor_of_a_longer_log_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "verify", "--expect", f"9:{'a' * 64}")
    assert code == 1
    assert "the log ends at event 6, but the expected anchor is event 9" in out


def test_a_database_that_cannot_be_read_ends_with_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_text("not a database" * 100)
    code, out, err = run(capsys, "verify", "--database", f"sqlite:///{damaged}")
    assert (code, out) == (3, "")
    assert "keep the damaged file" in err


@pytest.mark.usefixtures("log")
def test_verdicts_are_coloured_on_a_terminal_only() -> None:
    program = "import sys; from stockade.cli.main import main; sys.exit(main())"
    environ = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, "events", "query"], stdout=theirs, env=environ
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # the other side has closed, as Linux says it
        pass
    finally:
        os.close(ours)
        process.kill()
        process.wait()
    assert b"\x1b[1;31mblock" in shown
    assert b"\x1b[31mred" not in shown
    assert b"\\x1b[31mred" in shown
