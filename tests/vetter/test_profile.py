"""A release boiled down: hosts, effects, files, identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.package import FileInfo, Metadata, Package
from stockade.vetter.profile import WHOLE_ENVIRONMENT, host_of, profile_of, unwrapped

AT = Location("p-1.0/setup.py", 1)


def file(path: str, kind: str = "python", phase: Phase = Phase.NEVER) -> FileInfo:
    return FileInfo(path=path, size=1, sha256="", kind=kind, phase=phase)


def package(*acts: Act, files: tuple[FileInfo, ...] = (), **metadata: object) -> Package:
    return Package(
        kind="sdist",
        metadata=Metadata(**metadata),  # type: ignore[arg-type]  # the fields of Metadata
        files={each.path: each for each in files},
        acts=acts,
        oddities=(),
        read=lambda path: path.encode(),
    )


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("https://Collect.invalid/x?y=1", "collect.invalid"),
        ("https://user:pw@collect.invalid:8443/x", "collect.invalid"),
        ("192.0.2.7:4444", "192.0.2.7"),
        ("http://[2001:db8::1]/x", "[2001:db8::1]"),
        ("…/x", ""),
        ("https://…/x", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_target(target: str, host: str) -> None:
    assert host_of(target) == host


@given(st.text(max_size=300))
def test_any_target_has_a_host_or_none(target: str) -> None:
    assert host_of(target) == host_of(target).lower()


def test_effects_hosts_and_variables() -> None:
    taints = frozenset(
        {
            Taint(Origin.VARIABLE, "AWS_SECRET", AT),
            Taint(Origin.ENVIRONMENT, "os.environ", AT),
            Taint(Origin.HOST, "", AT),
        }
    )
    send = Act(
        kind=Kind.SEND, callee="x", at=AT, phase=Phase.INSTALL, target="https://b.invalid/", payload=taints
    )
    read = Act(kind=Kind.READ, callee="x", at=AT, phase=Phase.CALL, target="a.invalid/file")
    found = profile_of(package(send, read, send))
    assert found.hosts == ("b.invalid",)
    assert found.acts == ((Phase.CALL, Kind.READ), (Phase.INSTALL, Kind.SEND))
    assert found.variables == (WHOLE_ENVIRONMENT, "AWS_SECRET")
    assert found.does(frozenset({Phase.INSTALL}), frozenset({Kind.SEND, Kind.READ})) == {
        (Phase.INSTALL, Kind.SEND)
    }


def test_files_are_compared_without_the_folder_that_wraps_an_sdist() -> None:
    found = profile_of(
        package(
            files=(
                file("p-1.0/setup.py", phase=Phase.INSTALL),
                file("p-1.0/p.pth", "text"),
                file("p-1.0/p/_x.so", "elf"),
                file("p-1.0/p/__init__.py", phase=Phase.IMPORT),
            )
        )
    )
    assert (found.install_files, found.start_files, found.native_files) == (
        ("setup.py",),
        ("p.pth",),
        ("p/_x.so",),
    )
    assert unwrapped("p-1.0.dist-info/RECORD") == "p-1.0.dist-info/RECORD"
    assert unwrapped("p/sub/x.py") == "p/sub/x.py"


def test_identity_comes_from_the_metadata() -> None:
    found = profile_of(
        package(
            name="p",
            version="1.0",
            summary="Reports.",
            description="\n![badge](x)\n# Requests\n\nHTTP.",
            home_pages=("Source, https://github.com/psf/requests.git", "https://example.invalid/a/b"),
            author_email="Ada <ADA@example.invalid>",
            requires=("Flask>=2; python_version>'3'", "not a requirement !", "flask"),
        )
    )
    assert (found.version, found.title, found.repositories) == ("1.0", "requests", ("requests",))
    assert (found.author, found.dependencies) == ("ada <ada@example.invalid>", ("flask",))
    assert found.described > 20


@pytest.mark.parametrize(
    ("description", "title"),
    [("Requests\n========\n", "requests"), ("# A long title of words", ""), ("plain text", ""), ("", "")],
)
def test_the_title_of_a_description(description: str, title: str) -> None:
    assert profile_of(package(description=description)).title == title
