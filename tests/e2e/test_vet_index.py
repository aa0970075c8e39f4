"""``stockade vet`` beside a package index: what is chosen, fetched, compared, and what is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.conftest import Machine, ago
from tests.stages.fake_core import fake_core

from stockade.cli import vet as vet_module
from stockade.cli.main import main
from stockade.testing.index_server import IndexServer, ServedFile, ServedProject
from stockade.testing.loopback import Fault

ANY = "py3-none-any.whl"


def sdist(name: str, version: str, text: str = "fine", days: float = 400, **more: Any) -> ServedFile:
    return ServedFile(
        filename=f"{name}-{version}.tar.gz", content=text.encode(), upload_time=ago(days=days), **more
    )


def wheel(name: str, version: str, tags: str = ANY, text: str = "fine", **more: Any) -> ServedFile:
    return ServedFile(
        filename=f"{name}-{version}-{tags}", content=text.encode(), upload_time=ago(days=400), **more
    )


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vet_module, "load_core", fake_core)


@pytest.fixture
def own(machine: Machine, index: IndexServer, monkeypatch: pytest.MonkeyPatch) -> IndexServer:
    """The user's own index with a project of two releases."""
    assert machine.home.is_dir()
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    index.put(
        ServedProject(
            name="acme-reports",
            files=(
                sdist("acme_reports", "1.0"),
                sdist("acme_reports", "1.1", "theft"),
                wheel("acme_reports", "1.1"),
                wheel("acme_reports", "1.1", "cp27-cp27m-win32.whl"),
            ),
        )
    )
    return index


def vetted(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    code = main(["vet", "--format", "json", *map(str, arguments)])
    seen = capsys.readouterr()
    assert seen.err == ""
    return code, json.loads(seen.out)


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {result["path"]: result["verdict"] for result in report["results"]}


def gap(report: dict[str, Any], at: int = 0) -> tuple[str, str]:
    (only,) = report["results"][at]["incomplete"]
    return only["cause"], only["detail"]


def test_every_file_that_could_be_chosen_is_vetted(
    capsys: pytest.CaptureFixture[str], own: IndexServer
) -> None:
    code, report = vetted(capsys, "acme-reports==1.1")
    assert code == 1
    assert verdicts(report) == {"acme_reports-1.1.tar.gz": "block", f"acme_reports-1.1-{ANY}": "allow"}
    assert report["left_out"] == [
        {"path": "acme_reports-1.1-cp27-cp27m-win32.whl", "reason": "a wheel for another machine or Python"}
    ]
    assert set(report["confinement"]) == {"limits", "files", "calls"}
    assert not [seen for seen in own.seen if seen.path.endswith("win32.whl")]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("acme-reports", "1.1"),
        ("Acme.Reports", "1.1"),
        ("acme-reports<1.1", "1.0"),
        ("acme-reports==1.0", "1.0"),
    ],
)
def test_a_name_is_its_newest_release_that_fits(
    capsys: pytest.CaptureFixture[str], own: IndexServer, target: str, expected: str
) -> None:
    assert own.url
    _, report = vetted(capsys, target, "--sdists")
    assert [result["path"] for result in report["results"]] == [f"acme_reports-{expected}.tar.gz"]


def test_wheels_only_and_sdists_only(capsys: pytest.CaptureFixture[str], own: IndexServer) -> None:
    assert own.url
    assert verdicts(vetted(capsys, "acme-reports", "--wheels")[1]) == {f"acme_reports-1.1-{ANY}": "allow"}
    assert verdicts(vetted(capsys, "acme-reports", "--sdists")[1]) == {"acme_reports-1.1.tar.gz": "block"}


def test_yanked_and_prereleases_are_chosen_as_an_installer_would(
    capsys: pytest.CaptureFixture[str], own: IndexServer
) -> None:
    files = (sdist("x", "1.0"), sdist("x", "2.0", yanked="broken"), sdist("x", "3.0a1"))
    own.put(ServedProject(name="x", files=files))
    assert list(verdicts(vetted(capsys, "x")[1])) == ["x-1.0.tar.gz"]
    assert list(verdicts(vetted(capsys, "x==2.0")[1])) == ["x-2.0.tar.gz"]
    assert list(verdicts(vetted(capsys, "x>=3.0a0")[1])) == ["x-3.0a1.tar.gz"]


def test_a_file_for_another_python_is_left_out(capsys: pytest.CaptureFixture[str], own: IndexServer) -> None:
    own.put(ServedProject(name="x", files=(sdist("x", "1.0", requires_python=">=99"),)))
    code, report = vetted(capsys, "x")
    assert (code, gap(report)[0]) == (3, "fact-missing")
    assert report["left_out"][0]["reason"] == "needs Python >=99"


def test_nothing_is_believed_whose_digest_does_not_fit(
    capsys: pytest.CaptureFixture[str], own: IndexServer
) -> None:
    own.fail("/files/acme-reports/acme_reports-1.0.tar.gz", Fault.GARBAGE)
    code, report = vetted(capsys, "acme-reports==1.0")
    assert (code, verdicts(report)) == (3, {"acme_reports-1.0.tar.gz": "quarantine"})
    assert gap(report)[0] in {"unreadable", "source-unreachable"}


def test_what_is_not_on_the_index_is_told(capsys: pytest.CaptureFixture[str], own: IndexServer) -> None:
    assert own.url
    code, report = vetted(capsys, "no-such-project", "acme-reports==9")
    assert code == 3
    assert verdicts(report) == {"no-such-project": "quarantine", "acme-reports==9": "quarantine"}
    assert "no file and no project" in gap(report)[1]
    assert "no release of acme-reports fits ==9" in gap(report, 1)[1]


def test_an_index_that_does_not_answer_is_told(
    capsys: pytest.CaptureFixture[str], machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.home.is_dir()
    monkeypatch.setenv("PIP_INDEX_URL", "http://192.0.2.1/simple/")
    code, report = vetted(capsys, "acme-reports")
    assert (code, gap(report)[0]) == (3, "source-unreachable")


def test_offline_asks_nothing(capsys: pytest.CaptureFixture[str], own: IndexServer) -> None:
    code, report = vetted(capsys, "acme-reports", "--offline")
    assert (code, gap(report)[0]) == (3, "offline")
    assert own.seen == []


def test_an_internal_name_does_not_leave_the_machine(
    capsys: pytest.CaptureFixture[str], machine: Machine, public: IndexServer
) -> None:
    machine.write({"stockade.toml": '[protect]\npatterns = ["acme-*"]\n'}, ".")
    code, report = vetted(capsys, "acme-reports")
    assert (code, gap(report)[0]) == (3, "fact-missing")
    assert public.seen == []


def test_a_requirements_file_is_vetted_line_by_line(
    capsys: pytest.CaptureFixture[str], machine: Machine, own: IndexServer
) -> None:
    own.put(ServedProject(name="x", files=(sdist("x", "1.0"), sdist("x", "2.0"))))
    project = machine.write(
        {
            "requirements.txt": "-c constraints.txt\nacme-reports==1.0\nx\n./local-1.0.tar.gz\n"
            "gone; python_version < '3'\nz @ https://files.invalid/z-1.0.tar.gz\n",
            "constraints.txt": "x<2\n",
            "local-1.0.tar.gz": "odd",
        }
    )
    code, report = vetted(capsys, "-r", project / "requirements.txt")
    assert code == 3
    assert verdicts(report) == {
        str(project / "local-1.0.tar.gz"): "warn",
        "z": "quarantine",
        "acme_reports-1.0.tar.gz": "allow",
        "x-1.0.tar.gz": "allow",
    }
    assert [each["path"] for each in report["left_out"]] == ["gone"]


def test_a_lockfile_names_the_files_by_their_hashes(
    capsys: pytest.CaptureFixture[str], machine: Machine, own: IndexServer
) -> None:
    import hashlib

    good = hashlib.sha256(b"fine").hexdigest()
    project = machine.write({"requirements.txt": f"acme-reports==1.1 --hash=sha256:{good}\n"})
    code, report = vetted(capsys, "-r", project / "requirements.txt")
    assert own.url
    assert (code, verdicts(report)) == (0, {f"acme_reports-1.1-{ANY}": "allow"})
    assert {each["reason"] for each in report["left_out"]} == {
        "the lockfile does not name its hash",
        "a wheel for another machine or Python",
    }


@pytest.mark.parametrize(
    ("files", "cause"),
    [
        ({}, "unreadable"),
        ({"requirements.txt": "\n"}, "fact-missing"),
        ({"requirements.txt": "=!=\n"}, "unreadable"),
    ],
)
def test_a_manifest_that_names_nothing_is_no_pass(
    capsys: pytest.CaptureFixture[str], machine: Machine, files: dict[str, str], cause: str
) -> None:
    project = machine.write(files)
    code, report = vetted(capsys, "-r", project / "requirements.txt")
    assert (code, gap(report)[0]) == (3, cause)


def test_two_releases_are_compared(capsys: pytest.CaptureFixture[str], own: IndexServer) -> None:
    own.put(ServedProject(name="x", files=(sdist("x", "1.0"), sdist("x", "1.0.1", "host"))))
    code, report = vetted(capsys, "--diff", "x==1.0", "x==1.0.1")
    assert code == 0
    (result,) = report["results"]
    assert result["path"] == "x-1.0.1.tar.gz"
    new = [each for each in result["findings"] if each["rule"] == "STK-E168"]
    assert ["collect.invalid" in each["message"] for each in new] == [True]
    assert "compared with x-1.0.tar.gz" in report["notes"]


def test_files_on_this_machine_are_compared(capsys: pytest.CaptureFixture[str], machine: Machine) -> None:
    folder = machine.write({"x-1.0.tar.gz": "fine", "x-1.0.1.tar.gz": "host", "torn.tar.gz": "torn"})
    _, report = vetted(capsys, "--diff", folder / "x-1.0.tar.gz", folder / "x-1.0.1.tar.gz")
    assert [each["rule"] for each in report["results"][0]["findings"]] == ["STK-E168"]
    code, report = vetted(capsys, "--diff", folder / "torn.tar.gz", folder / "x-1.0.1.tar.gz")
    assert code == 3
    assert "cannot be compared" in gap(report)[1]
    code, report = vetted(capsys, "--diff", folder / "none.tar.gz", folder / "x-1.0.1.tar.gz")
    assert code == 3


def test_each_release_is_compared_with_the_one_before_it(
    capsys: pytest.CaptureFixture[str], own: IndexServer
) -> None:
    own.put(
        ServedProject(
            name="x", files=(sdist("x", "0.9", "host"), sdist("x", "1.0"), sdist("x", "1.0.1", "host"))
        )
    )
    _, report = vetted(capsys, "x", "--diff-previous")
    (result,) = report["results"]
    assert "STK-E168" in {each["rule"] for each in result["findings"]}
    assert {"STK-E160", "STK-E166", "STK-E168"} <= set(result["judged_by"])
    _, report = vetted(capsys, "x==0.9", "--diff-previous")
    assert "STK-E166" not in report["results"][0]["judged_by"], "there is none before it"


def test_the_index_tells_of_age_and_name(capsys: pytest.CaptureFixture[str], own: IndexServer) -> None:
    own.put(ServedProject(name="reqeusts", files=(sdist("reqeusts", "99.0", days=1),)))
    code, report = vetted(capsys, "reqeusts")
    rules = {each["rule"]: each["severity"] for each in report["results"][0]["findings"]}
    assert rules == {"STK-E160": "low", "STK-E161": "medium", "STK-E162": "low", "STK-E164": "medium"}
    assert (code, report["results"][0]["verdict"]) == (0, "warn")


def test_what_was_fetched_is_gone_afterwards(
    capsys: pytest.CaptureFixture[str], own: IndexServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    assert own.url
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    vetted(capsys, "acme-reports")
    assert [each for each in place.iterdir() if each.name.startswith("stockade")] == []


def test_the_real_program_runs(machine: Machine, own: IndexServer) -> None:
    done = machine.run("vet", "acme-reports", "--offline", PIP_INDEX_URL=own.url)
    assert done.returncode == 3, done.stderr
    assert "UNKNOWN" in done.stdout
