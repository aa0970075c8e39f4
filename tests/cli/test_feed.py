"""``stockade feed``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from stockade.cli.main import main
from stockade.sources import osv
from stockade.store.events import EventLog
from stockade.testing.index_server import IndexServer, ServedProject
from stockade.testing.loopback import Fault, LoopbackServer, Reply
from stockade.testing.osv import bulk_zip, malicious

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
FRESH = bulk_zip([malicious("evil", modified=YESTERDAY)])
STALE = bulk_zip([malicious("evil", modified="2024-01-01T00:00:00Z")])


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy above, no configuration of pip or uv, no cache of the user's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "PIP_NO_INDEX", "NETRC"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


def policy(text: str) -> None:
    Path("stockade.toml").write_text(f"[feeds]\n{text}\n")


def events() -> list[tuple[str, str, str]]:
    with EventLog.open() as log:
        return [(one.event.kind, one.event.subject, str(one.event.verdict)) for one in log.query()]


def import_both(zipped: bytes = FRESH) -> None:
    Path("all.zip").write_bytes(zipped)
    Path("names.txt").write_text("requests\n")
    assert main(["feed", "import", "advisories", "all.zip"]) == 0
    assert main(["feed", "import", "registered-names", "names.txt"]) == 0


def test_status_is_incomplete_until_every_feed_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feed", "status"]) == 3
    text = capsys.readouterr().out
    assert "advisories        missing" in text
    assert "next: stockade feed update advisories" in text
    import_both()
    capsys.readouterr()
    assert main(["feed", "status"]) == 0
    text = capsys.readouterr().out
    assert text.count("fresh") == 3
    assert "1 entry, 1 of at most 7 days old, from all.zip" in text
    assert "from built in" in text


def test_a_stale_feed_makes_status_incomplete_unless_the_policy_allows_its_age(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import_both(STALE)
    assert main(["feed", "status"]) == 3
    assert "stale" in capsys.readouterr().out
    policy("advisories_max_age_days = 3650")
    assert main(["feed", "status"]) == 0


def test_status_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    import_both()
    capsys.readouterr()
    assert main(["feed", "status", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "stockade.feed/1"
    assert [(one["feed"], one["present"], one["stale"]) for one in document["feeds"]] == [
        ("advisories", True, False),
        ("registered-names", True, False),
        ("popularity", True, False),
    ]
    assert document["feeds"][0]["stamp"]["sha256"] == sha256(FRESH).hexdigest()
    assert main(["feed", "status", "--format", "json", "-o", "status.json"]) == 0
    assert json.loads(Path("status.json").read_text())["schema"] == "stockade.feed/1"


def test_unreadable_entries_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    import_both(bulk_zip([malicious("evil", modified=YESTERDAY)], {"odd\x1b[2J.json": b"{"}))
    capsys.readouterr()
    assert main(["feed", "status"]) == 0
    text = capsys.readouterr().out
    assert "1 entry of the source could not be read:" in text
    assert "odd [2J.json" in text
    assert "\x1b" not in text


def test_an_import_and_a_refusal_are_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    import_both()
    Path("bad.zip").write_bytes(b"no zip")
    assert main(["feed", "import", "advisories", "bad.zip"]) == 3
    assert "bad.zip refused" in capsys.readouterr().err
    assert main(["feed", "import", "advisories", "absent.zip"]) == 2
    assert "no such file" in capsys.readouterr().err
    assert events() == [
        ("feed.imported", "advisories", "allow"),
        ("feed.imported", "registered-names", "allow"),
        ("feed.refused", "advisories", "block"),
    ]


def test_the_digest_must_fit(capsys: pytest.CaptureFixture[str]) -> None:
    Path("all.zip").write_bytes(FRESH)
    digest = sha256(FRESH).hexdigest()
    assert main(["feed", "import", "advisories", "all.zip", "--sha256", f"sha256:{digest.upper()}"]) == 0
    assert main(["feed", "import", "advisories", "all.zip", "--sha256", "0" * 64]) == 3
    assert f"its SHA-256 is {digest}" in capsys.readouterr().err
    assert main(["feed", "import", "advisories", "all.zip", "--sha256", "abc"]) == 2


def test_force_takes_an_older_feed(capsys: pytest.CaptureFixture[str]) -> None:
    import_both()
    Path("old.zip").write_bytes(STALE)
    assert main(["feed", "import", "advisories", "old.zip"]) == 3
    assert "--force" in capsys.readouterr().err
    assert main(["feed", "import", "advisories", "old.zip", "--force"]) == 0


@pytest.mark.parametrize("source", ["http://192.0.2.1/all.zip", "http://feeds.example.invalid/all.zip"])
def test_plain_http_needs_insecure(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feed", "import", "advisories", source]) == 2
    assert "--insecure" in capsys.readouterr().err


def test_update_fetches_from_the_policys_addresses(
    server: LoopbackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.serve("/all.zip", Reply(FRESH))
    server.serve("/names", Reply(b"requests\n"))
    policy(f'advisories_url = "{server.origin}/all.zip"\nregistered_names_url = "{server.origin}/names"')
    assert main(["feed", "update"]) == 0
    assert "popularity: no address in the policy" in capsys.readouterr().out
    assert main(["feed", "status"]) == 0


def test_update_takes_the_public_bulk_data_and_the_users_own_index(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osv, "PUBLIC_BULK_ADDRESS", server.serve("/all.zip", Reply(FRESH)))
    with IndexServer([ServedProject(name="requests")]) as index:
        index.credentials = ("ann", "s3cret")
        monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//ann:s3cret@", 1))
        assert main(["feed", "update"]) == 0
    assert main(["feed", "status"]) == 0
    assert events() == [
        ("feed.imported", "advisories", "allow"),
        ("feed.imported", "registered-names", "allow"),
    ]
    with EventLog.open() as log:
        assert not any("s3cret" in str(one.event.detail) for one in log.query())


def test_update_goes_on_after_a_failure_and_ends_incomplete(
    server: LoopbackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.fail("/all.zip", Fault.ERROR)
    server.serve("/names", Reply(b"requests\n"))
    policy(f'advisories_url = "{server.origin}/all.zip"\nregistered_names_url = "{server.origin}/names"')
    assert main(["feed", "update"]) == 3
    captured = capsys.readouterr()
    assert "answered 500" in captured.err
    assert "registered-names: 1 entry" in captured.out


def test_update_says_what_has_no_address(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["feed", "update", "popularity"]) == 2
    assert "popularity_url" in capsys.readouterr().err
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    assert main(["feed", "update", "registered-names"]) == 2
    assert "registered_names_url" in capsys.readouterr().err


def test_an_unknown_feed_is_an_error_of_use() -> None:
    assert main(["feed", "import", "weather", "x"]) == 2


def test_an_import_that_cannot_be_recorded_is_incomplete(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Path("all.zip").write_bytes(FRESH)
    (tmp_path / "not-a-database").write_bytes(b"not a database at all" * 100)
    monkeypatch.setenv("STOCKADE_DATABASE", f"sqlite:///{tmp_path / 'not-a-database'}")
    assert main(["feed", "import", "advisories", "all.zip"]) == 3
    assert capsys.readouterr().err
