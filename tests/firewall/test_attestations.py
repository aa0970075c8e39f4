"""Provenance objects: genuine ones verify offline, every forgery is refused."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import shared_data

from stockade.firewall import attestations
from stockade.firewall.attestations import (
    MAX_ATTESTATIONS,
    MAX_BYTES,
    LibraryMissing,
    Refused,
    Verified,
    verify,
)
from stockade.model.verdicts import Cause, Indeterminate

SDIST = "pypi_attestations-0.0.19.tar.gz"
GITLAB = "gitlab_oidc_project-0.0.3.tar.gz"
WHEEL = "rfc8785-0.1.2-py3-none-any.whl"
SHARED = shared_data()
FOLDER = SHARED / "attestations" if SHARED else None
real = pytest.mark.skipif(
    FOLDER is None or not FOLDER.is_dir(),
    reason="the folder of real attestations is not beside this checkout",
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The library writes its trust root into the user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    attestations._verify.cache_clear()
    yield
    attestations._verify.cache_clear()


def load(name: str) -> Any:
    assert FOLDER is not None
    return json.loads((FOLDER / name).read_bytes())


def genuine() -> dict[str, Any]:
    document: dict[str, Any] = load(f"{SDIST}.provenance")
    return document


def around(attestation: Any, **publisher: str) -> dict[str, Any]:
    return {"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": [attestation]}]}


def statement_of(attestation: Any) -> dict[str, Any]:
    statement: dict[str, Any] = json.loads(base64.b64decode(attestation["envelope"]["statement"]))
    return statement


def digest_of(attestation: Any) -> str:
    return str(statement_of(attestation)["subject"][0]["digest"]["sha256"])


def first(document: Any) -> Any:
    return document["attestation_bundles"][0]["attestations"][0]


def said(document: Any, filename: str = SDIST, sha256: str = "") -> Any:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return verify(raw, filename, sha256 or digest_of(first(genuine())))


@real
class TestGenuine:
    """What real indexes gave."""

    def test_it_verifies_and_names_its_publisher(self) -> None:
        assert said(genuine()) == Verified("github:trailofbits/pypi-attestations/release.yml")

    def test_digests_in_capitals_are_the_same_digests(self) -> None:
        document = genuine()
        assert isinstance(said(document, sha256=digest_of(first(document)).upper()), Verified)

    def test_another_forge(self) -> None:
        attestation = load(f"{GITLAB}.publish.attestation")
        document = around(
            attestation,
            kind="GitLab",
            repository="facutuesca/gitlab-oidc-project",
            workflow_filepath=".gitlab-ci.yml",
        )
        assert said(document, GITLAB, digest_of(attestation)) == Verified(
            "gitlab:facutuesca/gitlab-oidc-project/.gitlab-ci.yml"
        )

    def test_several_attestations_of_one_file(self) -> None:
        document = genuine()
        document["attestation_bundles"] *= 2
        assert isinstance(said(document), Verified)

    def test_the_environment_is_not_vouched_for_and_so_no_part_of_the_publisher(self) -> None:
        document = genuine()
        document["attestation_bundles"][0]["publisher"]["environment"] = "claimed"
        assert said(document) == Verified("github:trailofbits/pypi-attestations/release.yml")


def forge(**publisher: str) -> Any:
    document = genuine()
    document["attestation_bundles"][0]["publisher"] |= publisher
    return document


def restated(**changes: Any) -> Any:
    """With another statement under the same signature."""
    document = genuine()
    statement = statement_of(first(document)) | changes
    first(document)["envelope"]["statement"] = base64.b64encode(json.dumps(statement).encode()).decode()
    return document


@real
class TestForged:
    """Every change is refused."""

    def test_another_file(self) -> None:
        assert isinstance(said(genuine(), "pypi_attestations-0.0.20.tar.gz"), Refused)
        assert isinstance(said(genuine(), "evil-0.0.19.tar.gz"), Refused)
        assert isinstance(said(genuine(), "pypi_attestations-0.0.19-py3-none-any.whl"), Refused)

    def test_another_digest(self) -> None:
        refused = said(genuine(), sha256="ab" * 32)
        assert isinstance(refused, Refused)
        assert "digest" in refused.why

    @pytest.mark.parametrize(
        "publisher",
        [
            {"repository": "evil/pypi-attestations"},
            {"repository": "trailofbits/other"},
            {"workflow": "other.yml"},
            {"kind": "GitLab", "workflow_filepath": ".gitlab-ci.yml"},
            {"kind": "Google", "email": "someone@acme.example"},
            {"kind": "Unknown"},
        ],
        ids=str,
    )
    def test_another_publisher(self, publisher: dict[str, str]) -> None:
        assert isinstance(said(forge(**publisher)), Refused)

    def test_a_person_is_no_publisher(self) -> None:
        attestation = load(f"{WHEEL}.publish.attestation")
        document = around(
            attestation, kind="GitHub", repository="trailofbits/rfc8785.py", workflow="release.yml"
        )
        assert isinstance(said(document, WHEEL, digest_of(attestation)), Refused)

    def test_a_changed_statement(self) -> None:
        same = restated()
        statement = statement_of(first(genuine()))
        evil = {"name": SDIST, "digest": {"sha256": "ab" * 32}}
        assert isinstance(said(same), Refused), "written in another way, so not what was signed"
        assert isinstance(said(restated(subject=[evil]), sha256="ab" * 32), Refused)
        assert isinstance(said(restated(subject=[*statement["subject"], evil])), Refused)
        assert isinstance(said(restated(predicateType="https://evil.invalid/v1")), Refused)

    def test_parts_of_another_attestation(self) -> None:
        other = load(f"{GITLAB}.publish.attestation")
        for part in ("envelope", "verification_material"):
            document = genuine()
            first(document)[part] = other[part]
            assert isinstance(said(document), Refused), part
        document = genuine()
        first(document)["envelope"]["signature"] = other["envelope"]["signature"]
        assert isinstance(said(document), Refused)
        document = genuine()
        material = first(document)["verification_material"]
        material["transparency_entries"] = other["verification_material"]["transparency_entries"]
        assert isinstance(said(document), Refused)

    def test_no_entry_in_the_log(self) -> None:
        document = genuine()
        first(document)["verification_material"]["transparency_entries"] = []
        assert isinstance(said(document), Refused)

    @pytest.mark.parametrize("version", [2, 0, "1", 1.0, True, None])
    def test_another_version(self, version: Any) -> None:
        document = genuine()
        document["version"] = version
        assert isinstance(said(document), Refused)
        document = genuine()
        first(document)["version"] = version
        assert isinstance(said(document), Refused)

    def test_a_missing_version(self) -> None:
        document = genuine()
        del document["version"]
        assert isinstance(said(document), Refused)
        document = genuine()
        del first(document)["version"]
        assert isinstance(said(document), Refused)

    def test_one_bad_attestation_among_good_ones(self) -> None:
        document = genuine()
        bad = copy.deepcopy(first(document))
        bad["envelope"]["signature"] = base64.b64encode(b"0" * 64).decode()
        document["attestation_bundles"][0]["attestations"].append(bad)
        assert isinstance(said(document), Refused)
        document["attestation_bundles"][0]["attestations"].reverse()
        assert isinstance(said(document), Refused)

    def test_nothing_attested(self) -> None:
        document = genuine()
        document["attestation_bundles"].append(
            {"publisher": {"kind": "GitHub", "repository": "a/b", "workflow": "c"}}
        )
        assert isinstance(said(document), Refused)
        document["attestation_bundles"][1]["attestations"] = []
        assert said(document) == Refused("it holds no attestation")
        document["attestation_bundles"] = []
        assert said(document) == Refused("it holds no attestation")

    def test_too_many(self) -> None:
        document = genuine()
        document["attestation_bundles"] *= MAX_ATTESTATIONS + 1
        assert said(document) == Refused(f"it holds more than {MAX_ATTESTATIONS} attestations")

    @pytest.mark.parametrize("keep", [0, 1, 100, 5000, -1])
    def test_truncated(self, keep: int) -> None:
        assert isinstance(said(json.dumps(genuine()).encode()[:keep]), Refused)

    @given(st.data())
    def test_any_changed_byte_of_what_was_signed(self, data: st.DataObject) -> None:
        document = genuine()
        part = data.draw(st.sampled_from(["statement", "signature"]))
        raw = bytearray(base64.b64decode(first(document)["envelope"][part]))
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
        first(document)["envelope"][part] = base64.b64encode(bytes(raw)).decode()
        assert isinstance(said(document), Refused)


HEX = "ab" * 32


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"version": 1}',
        b'{"version": 1, "attestation_bundles": []}',
        b'{"version": 1, "attestation_bundles": {}}',
        b'{"version": 1, "attestation_bundles": [null, 1, []]}',
        b'{"version": 1, "attestation_bundles": [{"publisher": null, "attestations": [{}]}]}',
        b"[" * 100_000,
        b'{"version": ' + b"9" * 10_000 + b"}",
        b" " * (MAX_BYTES + 1),
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_what_is_no_provenance_is_refused_in_one_line(raw: bytes) -> None:
    refused = verify(raw, SDIST, HEX)
    assert isinstance(refused, Refused)
    assert "\n" not in refused.why
    assert len(refused.why) < 200


@given(st.binary(max_size=200))
def test_no_bytes_are_a_pass(raw: bytes) -> None:
    assert isinstance(verify(raw, SDIST, HEX), Refused)


@real
def test_a_kind_of_file_that_cannot_be_attested() -> None:
    assert isinstance(said(genuine(), "pypi_attestations-0.0.19-py3.egg"), Refused)


def test_without_the_library_nothing_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pypi_attestations", None)
    assert isinstance(verify(b"{}", SDIST, HEX), LibraryMissing)


@real
def test_a_trust_root_that_cannot_be_read_is_a_gap_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    gap = said(genuine())
    assert isinstance(gap, Indeterminate)
    assert gap.cause is Cause.CHECK_FAILED
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert isinstance(said(genuine()), Verified)
