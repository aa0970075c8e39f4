"""``stockade check`` beside a package index: what it asks, what it makes of the answers."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from tests.checks import locks
from tests.e2e.conftest import Machine, ago
from tests.e2e.reports import gaps, report, rules

from stockade.testing.index_server import IndexServer, ServedFile, ServedProject
from stockade.testing.loopback import Fault

PROVENANCE = "https://index.example/provenance"
PINS = {"requirements.txt": "flask==3.0.3\nclick==8.1\n"}


def served(name: str, *files: ServedFile, owners: tuple[str, ...] = ("a", "b"), **more: Any) -> ServedProject:
    return ServedProject(name=name, files=files, owners=owners, **more)


def wheel(name: str, version: str, days: float = 100, **more: Any) -> ServedFile:
    return ServedFile(filename=f"{name}-{version}-py3-none-any.whl", upload_time=ago(days=days), **more)


def fill(index: IndexServer) -> None:
    index.put(served("flask", wheel("flask", "3.0.3")))
    index.put(served("click", wheel("click", "8.1")))


@pytest.fixture
def configured(index: IndexServer, monkeypatch: pytest.MonkeyPatch) -> IndexServer:
    """The user's own index, with what :data:`PINS` name."""
    fill(index)
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    return index


def asked(index: IndexServer) -> set[str]:
    """The names that were asked of an index."""
    parts = [seen.path.strip("/").split("/") for seen in index.seen]
    return {part[1] for part in parts if len(part) > 1}


def test_an_honest_index_has_nothing_to_tell(ready: Machine, index: IndexServer) -> None:
    fill(index)
    done = ready.run("check", ready.write(PINS), "--fail-on", "high", PIP_INDEX_URL=index.url)
    assert done.returncode == 0, done.stdout
    assert asked(index) == {"flask", "click"}
    again = len(index.seen)
    assert ready.run("check", ready.write(PINS), PIP_INDEX_URL=index.url).returncode == 0
    assert len(index.seen) == again, "answers are kept"


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        (served("flask", wheel("flask", "3.0.3", yanked="it leaks")), ("STK-E010", "medium", "it leaks")),
        (served("flask", wheel("flask", "3.0.3"), status="archived"), ("STK-E011", "medium", "archived")),
        (
            served("flask", wheel("flask", "3.0.3"), status="archived", status_in_meta=True),
            ("STK-E011", "medium", "archived"),
        ),
        (served("flask", wheel("flask", "3.0.3"), status="deprecated"), ("STK-E011", "low", "deprecated")),
        (
            served("flask", status="quarantined", status_reason="malware"),
            ("STK-E011", "critical", "malware"),
        ),
        (served("flask", wheel("flask", "3.0.3", days=2.5)), ("STK-E012", "medium", "2 days ago")),
        (served("flask", wheel("flask", "3.0.3"), owners=("one",)), ("STK-E013", "info", "only one account")),
        (served("flask", wheel("flask", "3.0.3", days=1000.5)), ("STK-E014", "info", "1,000 days")),
        (
            served("flask", wheel("flask", "3.0.2", provenance=PROVENANCE), wheel("flask", "3.0.3")),
            ("STK-E015", "high", "3.0.2 had"),
        ),
    ],
)
def test_what_the_index_tells(
    ready: Machine,
    configured: IndexServer,
    capsys: pytest.CaptureFixture[str],
    project: ServedProject,
    expected: tuple[str, str, str],
) -> None:
    rule, severity, words = expected
    configured.put(project)
    code, found = report(capsys, ready.write(PINS), "--stage", "evaluation")
    (told,) = [finding for finding in found["findings"] if finding["rule"] == rule]
    assert (told["severity"], told["location"]["line"]) == (severity, 1)
    assert words in told["message"]
    assert code == (1 if severity in {"high", "critical"} else 0)


def test_an_index_without_dates_leaves_the_cooldown_unjudged(
    ready: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with IndexServer(speaks_json=False) as plain:
        fill(plain)
        monkeypatch.setenv("PIP_INDEX_URL", plain.url)
        code, found = report(capsys, ready.write(PINS))
    assert code == 3
    assert gaps(found)["flask==3.0.3"] == "fact-missing"


def test_an_unreachable_index_is_3_in_one_word(
    ready: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple/")
    code, found = report(capsys, ready.write(PINS))
    assert (code, gaps(found)) == (3, {"package index": "source-unreachable"})
    (gap,) = found["incomplete"]
    assert "none of 2 projects" in gap["detail"]
    assert gap["mend"]
    (owners,) = [metric for metric in found["metrics"] if metric["id"] == "evaluation.single-owner"]
    assert (owners["value"], owners["skipped"]) == (None, 2)


def test_one_project_that_fails_does_not_spoil_the_others(
    ready: Machine, configured: IndexServer, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.put(served("click", wheel("click", "8.1", yanked="bad")))
    configured.fail("/simple/flask/", Fault.GARBAGE)
    code, found = report(capsys, ready.write(PINS))
    assert code == 3
    assert gaps(found) == {"flask": "unreadable"}
    assert "STK-E010" in rules(found)


def test_a_configuration_that_is_none_is_3_and_says_so(ready: Machine) -> None:
    done = ready.run("check", ready.write(PINS), PIP_INDEX_URL="ftp://index.example/simple")
    assert done.returncode == 3
    assert "PIP_INDEX_URL" in done.stdout
    assert "KeyError" not in done.stdout + done.stderr


def test_offline_asks_nothing(ready: Machine, index: IndexServer) -> None:
    fill(index)
    for more in (["--offline"], []):
        policy = {"stockade.toml": "online = false\n"} if not more else {}
        done = ready.run("check", ready.write({**PINS, **policy}), *more, PIP_INDEX_URL=index.url)
        assert done.returncode == 0
        assert "offline:" in done.stdout
    assert index.seen == []


MIXED = {
    "requirements.txt": "flask==3.0.3\nclick==8.1\nacme-corp-utils==1.0\nacme-billing\nacme-corp-util\n"
    "our-secret-project==2.0\nreqeusts\n-e ./lib\n",
    "pyproject.toml": locks.pyproject(
        "bound-privately",
        extra='[[tool.uv.index]]\nname = "ours"\nurl = "https://pypi.acme.example/simple"\nexplicit = true\n'
        '[tool.uv.sources]\nbound-privately = { index = "ours" }\n',
    ),
    "stockade.toml": '[protect]\nnames = ["acme-corp-utils"]\npatterns = ["acme-*"]\n'
    'indexes = ["https://pypi.acme.example/simple"]\n',
}


@pytest.mark.parametrize("registered", [True, False])
def test_no_name_that_may_be_internal_is_asked_of_the_public_index(
    machine: Machine,
    fresh_feeds: Path,
    public: IndexServer,
    capsys: pytest.CaptureFixture[str],
    registered: bool,
) -> None:
    machine.hold(fresh_feeds)
    if not registered:
        (machine.state / "feeds" / "registered-names.feed").unlink()
    fill(public)
    _, found = report(capsys, machine.write(MIXED))
    assert asked(public) == {"flask", "click"}
    everything = " ".join(f"{seen.path} {dict(seen.headers)}" for seen in public.seen)
    for name in ("acme", "secret", "privately", "reqeusts", "shop"):
        assert name not in everything
    unregistered = {"our-secret-project", "reqeusts", "acme-corp-util"}
    if registered:
        assert unregistered <= {
            f["subject"] for f in found["findings"] if f["rule"] in {"STK-R001", "STK-R011"}
        }
    else:
        assert {name for name, cause in gaps(found).items() if cause == "fact-missing"} >= unregistered


def test_an_index_of_your_own_is_asked_about_all_but_internal_names(
    ready: Machine, configured: IndexServer, capsys: pytest.CaptureFixture[str]
) -> None:
    report(capsys, ready.write(MIXED))
    assert asked(configured) == {"flask", "click", "our-secret-project", "reqeusts", "acme-corp-util"}


def test_a_project_that_the_public_index_does_not_know_ends_in_no_crash(
    ready: Machine, public: IndexServer, capsys: pytest.CaptureFixture[str]
) -> None:
    public.put(served("flask", wheel("flask", "3.0.3")))
    code, found = report(capsys, ready.write(PINS))
    assert code == 0
    (owners,) = [metric for metric in found["metrics"] if metric["id"] == "evaluation.single-owner"]
    assert (owners["evaluated"], owners["skipped"]) == (1, 1)
