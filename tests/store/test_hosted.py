"""The private registry's files: SQLite, PostgreSQL and the fake alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import text
from tests.store.conftest import AnyState
from tests.store.firewall_samples import LIB, NOON, OTHER, at, sha
from tests.store.tampering import connected

from stockade.errors import ConflictError, IncompleteError, InvalidValueError
from stockade.model.firewall import HostedFile
from stockade.model.hosted import Claim, Yanking, place_of
from stockade.ports import HostedFiles
from stockade.store.state import FirewallState


def hosted(filename: str = "acme_lib-1.0-py3-none-any.whl", **fields: object) -> HostedFile:
    plain: dict[str, object] = {
        "project": LIB,
        "version": "1.0",
        "filename": filename,
        "sha256": sha(filename),
        "size": 10,
        "uploaded": NOON,
        "uploaded_by": "ci",
    }
    return HostedFile(**{**plain, **fields})  # type: ignore[arg-type]  # the caller names fields of HostedFile


SDIST = hosted("acme_lib-1.0.tar.gz", uploaded=at(1))


def kinds(state: AnyState) -> list[str]:
    return [one.event.kind for one in state.events.query()]


def yanking(reason: str | None = "broken", **fields: object) -> Yanking:
    plain: dict[str, object] = {"project": LIB, "version": "1.0", "by": "ann", "at": at(5), "reason": reason}
    return Yanking(**{**plain, **fields})  # type: ignore[arg-type]  # the caller names fields of Yanking


def test_a_published_file_comes_back_whole_with_its_event(state: AnyState) -> None:
    registry: HostedFiles = state.hosted
    whole = hosted(requires_python=">=3.9", metadata_sha256=sha("m"), provenance_sha256=sha("p"))
    assert registry.publish(whole, "acme-*")
    assert registry.publish(SDIST, "acme-*")
    assert registry.files(LIB) == (whole, SDIST)
    assert registry.names() == (LIB,)
    assert registry.claim(LIB) == Claim(project=LIB, claim="acme-*", publisher="ci", at=NOON)
    assert kinds(state) == ["project.claimed", "file.published", "file.published"]
    recorded = [one.event for one in state.events.query()][1]
    assert (recorded.subject, recorded.actor) == (whole.filename, "ci")
    assert recorded.detail == {
        "project": LIB,
        "version": "1.0",
        "sha256": whole.sha256,
        "size": "10",
        "claim": "acme-*",
    }
    assert state.approvals.revisions().hosted == 2


def test_the_very_same_file_again_changes_nothing(state: AnyState) -> None:
    assert state.hosted.publish(hosted(), "acme-*")
    assert not state.hosted.publish(hosted(uploaded=at(9), uploaded_by="bo"), "acme-*")
    assert state.hosted.files(LIB) == (hosted(),)
    assert len(kinds(state)) == 2
    assert state.approvals.revision() == 1


@pytest.mark.parametrize(
    "again",
    [
        hosted(sha256=sha("evil")),
        hosted("Acme.Lib-1.0-py3-none-any.whl", sha256=sha("acme_lib-1.0-py3-none-any.whl")),
        hosted("acme_lib-1.0.0-py3-none-any.whl", version="1.0.0"),
        hosted("acme-lib-1.0.zip"),
    ],
    ids=lambda file: file.filename,
)
def test_a_version_s_file_is_never_overwritten_under_any_of_its_names(
    state: AnyState, again: HostedFile
) -> None:
    state.hosted.publish(hosted(), "acme-*")
    state.hosted.publish(SDIST, "acme-*")
    with pytest.raises(ConflictError, match="published already"):
        state.hosted.publish(again, "acme-*")
    with pytest.raises(ConflictError, match="published already"):
        state.hosted.publish(again, None)
    assert state.hosted.files(LIB) == (hosted(), SDIST)


def test_other_builds_tags_and_versions_are_other_places(state: AnyState) -> None:
    names = (
        ("acme_lib-1.0-py3-none-any.whl", "1.0"),
        ("acme_lib-1.0-1-py3-none-any.whl", "1.0"),
        ("acme_lib-1.0-py2.py3-none-any.whl", "1.0"),
        ("acme_lib-1.0+local-py3-none-any.whl", "1.0+local"),
        ("acme_lib-1.1-py3-none-any.whl", "1.1"),
        ("acme_lib-1.0rc1.tar.gz", "1.0rc1"),
        ("acme_lib-1.0.tar.gz", "1.0"),
    )
    files = [hosted(name, version=version) for name, version in names]
    assert all(state.hosted.publish(each, "acme-*") for each in files)
    assert len(state.hosted.files(LIB)) == len(names)


@pytest.mark.parametrize(
    "wrong",
    [
        {"filename": "acme_lib-1.0.exe"},
        {"filename": "acme_lib-1.0-py3-none-any.whl.asc"},
        {"filename": "../acme_lib-1.0.tar.gz"},
        {"filename": "acme_other-1.0.tar.gz"},
        {"filename": "acme_lib-1.1.tar.gz"},
        {"sha256": ""},
        {"sha256": "A" * 64},
        {"metadata_sha256": "x"},
        {"provenance_sha256": "0" * 63},
        {"size": -1},
        {"uploaded_by": ""},
        {"requires_python": ">=3\n"},
    ],
    ids=repr,
)
def test_what_may_not_be_published_leaves_nothing(state: AnyState, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValueError):
        state.hosted.publish(hosted(**wrong), "acme-*")  # type: ignore[arg-type]  # fields of HostedFile
    assert state.hosted.names() == ()
    assert state.hosted.claim(LIB) is None
    assert kinds(state) == []


def test_the_first_scope_owns_a_project(state: AnyState) -> None:
    registry: HostedFiles = state.hosted
    registry.publish(hosted(), "team-a")
    with pytest.raises(ConflictError, match="another scope"):
        registry.publish(SDIST, "team-b")
    with pytest.raises(ConflictError, match="another scope"):
        registry.publish(SDIST, "")
    assert registry.files(LIB) == (hosted(),)
    assert registry.publish(SDIST, None)
    registry.reclaim(Claim(project=LIB, claim="team-b", publisher="ann", at=at(3)))
    assert registry.publish(hosted("acme_lib-2.0.tar.gz", version="2.0"), "team-b")
    with pytest.raises(ConflictError, match="another scope"):
        registry.publish(hosted("acme_lib-3.0.tar.gz", version="3.0"), "team-a")
    owner = registry.claim(LIB)
    assert owner is not None
    assert (owner.claim, owner.publisher, owner.at) == ("team-b", "ci", NOON)
    assert kinds(state).count("project.claimed") == 2
    with pytest.raises(ConflictError, match="no project acme-other"):
        registry.reclaim(Claim(project=OTHER, claim="team-b", publisher="ann", at=at(3)))


def test_a_project_that_nobody_claims_is_its_first_scope_s(state: AnyState) -> None:
    state.hosted.publish(hosted(), None)
    owner = state.hosted.claim(LIB)
    assert owner is not None
    assert owner.claim == ""
    state.hosted.publish(SDIST, "team-a")
    with pytest.raises(ConflictError):
        state.hosted.publish(hosted("acme_lib-2.0.tar.gz", version="2.0"), "team-b")
    assert kinds(state) == ["project.claimed", "file.published", "project.claimed", "file.published"]


def test_yanked_and_back(state: AnyState) -> None:
    registry: HostedFiles = state.hosted
    later = hosted("acme_lib-2.0.tar.gz", version="2.0", uploaded=at(2))
    for each in (hosted(), SDIST, later):
        registry.publish(each, None)
    before = state.approvals.revision()
    assert registry.yank(yanking()) == 2
    assert [each.yanked for each in registry.files(LIB)] == ["broken", "broken", None]
    assert registry.yank(yanking()) == 0
    assert registry.yank(yanking("")) == 2
    assert [each.yanked for each in registry.files(LIB)] == ["", "", None]
    assert registry.yank(yanking(None)) == 2
    assert [each.yanked for each in registry.files(LIB)] == [None, None, None]
    assert kinds(state)[-3:] == ["release.yanked", "release.yanked", "release.unyanked"]
    assert state.approvals.revision() == before + 3
    with pytest.raises(ConflictError, match=r"no acme-lib 9\.0"):
        registry.yank(yanking(version="9.0"))
    with pytest.raises(InvalidValueError):
        registry.yank(yanking("a\nb"))
    assert not registry.publish(hosted(), None)
    registry.yank(yanking())
    assert not registry.publish(hosted(yanked=None), None)
    assert registry.files(LIB)[0].yanked == "broken"


def test_blobs_are_counted_by_who_needs_them(state: AnyState) -> None:
    registry: HostedFiles = state.hosted
    assert registry.blobs() == frozenset()
    registry.publish(hosted(metadata_sha256=sha("m"), provenance_sha256=sha("p")), None)
    other = hosted("acme_other-1.0.tar.gz", project=OTHER, sha256=sha("x"), metadata_sha256=sha("m"))
    registry.publish(other, None)
    assert registry.blobs() == {hosted().sha256, sha("x"), sha("m"), sha("p")}
    assert (registry.references(sha("m")), registry.references(sha("p"))) == (2, 1)
    assert (registry.references(sha("x")), registry.references(sha("nobody"))) == (1, 0)
    assert registry.names() == (LIB, OTHER)
    assert registry.files(OTHER) == (other,)


def test_of_many_that_publish_a_file_at_once_one_wins(state: AnyState) -> None:
    def publish(number: int) -> bool:
        try:
            return state.hosted.publish(hosted(sha256=sha(str(number))), f"team-{number}")
        except ConflictError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(publish, range(12))) == 1
    (kept,) = state.hosted.files(LIB)
    published = [one.event for one in state.events.query() if one.event.kind == "file.published"]
    assert [each.detail["sha256"] for each in published] == [kept.sha256]
    owner = state.hosted.claim(LIB)
    assert owner is not None
    assert published[0].detail["claim"] == owner.claim


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stockade_hosted SET sha256 = 'x'",
        "UPDATE stockade_hosted SET version = '2.0'",
        "UPDATE stockade_hosted SET filename = 'acme_lib-1.0.tar.gz'",
        "UPDATE stockade_hosted SET size = -1",
    ],
)
def test_a_damaged_row_is_an_error(url: str, damage: str) -> None:
    with FirewallState.open(url) as state:
        state.hosted.publish(hosted(), None)
        with connected(url) as connection:
            connection.execute(text(damage))
        with pytest.raises(IncompleteError, match="damaged"):
            state.hosted.files(LIB)


def test_a_place_does_not_depend_on_how_a_name_is_written() -> None:
    same = [
        hosted("acme_lib-1.0-py2.py3-none-any.whl"),
        hosted("Acme-Lib-1.0-py3.py2-none-any.whl".replace("-Lib", "_Lib")),
        hosted("acme.lib-1.0.0-py2.py3-none-any.whl", version="1.0.0"),
    ]
    assert len({place_of(each) for each in same}) == 1
    assert place_of(msgspec.structs.replace(SDIST, filename="acme-lib-1.0.zip")) == place_of(SDIST)
