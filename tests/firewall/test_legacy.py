"""Publishing to the private registry: what is accepted, and that it is served by the same decision as the rest."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.firewall.place import Place
from tests.firewall.web import Web

from stockade.firewall.metadata import MOST_DIRECTORY, core_metadata
from stockade.firewall.uploads import UploadError, validate
from stockade.model.findings import Severity
from stockade.model.firewall import Role
from stockade.model.policy import Policy, Protect
from stockade.testing.archives import metadata, sdist, wheel

WHEEL = "acme_utils-1.0-py3-none-any.whl"
SDIST = "acme_utils-1.0.tar.gz"
GOOD = wheel("acme-utils", "1.0", {"acme_utils.py": b"VALUE = 1\n"}, lines=["Requires-Python: >=3.9"])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, Policy(protect=Protect(patterns=("acme-*",))))


@pytest.fixture
def web(place: Place) -> Web:
    return Web(place)


def publish(
    web: Web, content: bytes = GOOD, filename: str = WHEEL, *, token: str | None = None, **fields: str
) -> httpx2.Response:
    form: dict[str, Any] = {
        ":action": "file_upload",
        "protocol_version": "1",
        "name": "acme-utils",
        "version": "1.0",
        "filetype": "bdist_wheel" if filename.endswith(".whl") else "sdist",
        "requires_python": ">=3.9" if content is GOOD else "",
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        **fields,
    }
    text = web.token(Role.PUBLISH, "acme-*") if token is None else token
    return web.ask(
        "POST", "/legacy/", data=form, files={"content": (filename, content)}, auth=("__token__", text)
    )


def test_what_is_published_is_served_with_its_metadata(web: Web, place: Place) -> None:
    answer = publish(web)
    assert (answer.status_code, answer.text) == (200, f"{WHEEL} is published\n")
    page = web.get("/simple/acme-utils/", accept="application/vnd.pypi.simple.v1+json").json()
    (file,) = page["files"]
    assert (file["requires-python"], file["size"]) == (">=3.9", len(GOOD))
    assert page["versions"] == ["1.0"]
    assert web.get(f"/files/acme-utils/{WHEEL}").content == GOOD
    core = web.get(f"/files/acme-utils/{WHEEL}.metadata")
    assert hashlib.sha256(core.content).hexdigest() == file["core-metadata"]["sha256"]
    assert place.upstream.asked == []


def test_internal_files_are_vetted_too(web: Web, place: Place) -> None:
    place.vetter.finds[WHEEL] = Severity.CRITICAL
    assert publish(web).status_code == 200
    assert web.get(f"/files/acme-utils/{WHEEL}").status_code == 403


def test_the_very_same_file_may_come_again_and_no_other_ever(web: Web) -> None:
    assert publish(web).status_code == 200
    assert publish(web).status_code == 200
    other = wheel("acme-utils", "1.0", {"acme_utils.py": b"VALUE = 2\n"}, lines=["Requires-Python: >=3.9"])
    answer = publish(web, other, requires_python=">=3.9")
    assert (answer.status_code, "File already exists" in answer.text) == (409, True)
    assert web.get(f"/files/acme-utils/{WHEEL}").content == GOOD


def test_an_sdist_is_published_too(web: Web) -> None:
    content = sdist("acme-utils", "1.0", {"setup.py": b""})
    assert publish(web, content, SDIST).status_code == 200
    assert web.get(f"/files/acme-utils/{SDIST}").content == content


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({":action": "doc_upload"}, "expected :action=file_upload"),
        ({"protocol_version": "2"}, "protocol_version=1"),
        ({"filetype": "bdist_egg"}, "filetype must be one of"),
        ({"filetype": "sdist"}, "must end in .tar.gz"),
        ({"name": "acme-other"}, "the form names the project"),
        ({"version": "1.1"}, "the form names the version"),
        ({"sha256_digest": "0" * 64}, "sha256_digest is not that of the file"),
        ({"sha256_digest": ""}, "gives no digest"),
        ({"md5_digest": "0" * 32}, "md5_digest is not"),
        ({"requires_python": ">=2"}, "requires_python of the form"),
    ],
)
def test_a_form_that_contradicts_its_file_is_refused(web: Web, fields: dict[str, str], says: str) -> None:
    answer = publish(web, GOOD, WHEEL, token=None, **fields)
    assert (answer.status_code, says in answer.text) == (400, True), answer.text
    assert web.get("/simple/acme-utils/").status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no zip", "no core metadata"),
        (wheel("acme-utils", "2.0", {}), "no core metadata"),
        (
            wheel("acme-utils", "1.0", {"acme_utils-1.0.dist-info/METADATA": metadata("other", "1.0")}),
            "name the project",
        ),
        (
            wheel("acme-utils", "1.0", {"acme_utils-1.0.dist-info/METADATA": metadata("acme-utils", "3")}),
            "the version",
        ),
        (
            wheel("acme-utils", "1.0", {"acme_utils-1.0.dist-info/METADATA": b"Name: acme-utils\n\n"}),
            "metadata",
        ),
    ],
    ids=["garbage", "other version", "other name inside", "other version inside", "invalid metadata"],
)
def test_a_file_that_contradicts_itself_is_refused(web: Web, content: bytes, says: str) -> None:
    answer = publish(web, content, requires_python="")
    if b"2.0.dist-info" in content:  # its metadata can be read, and say another version
        says = "the version"
    assert (answer.status_code, says in answer.text) == (400, True), answer.text


@pytest.mark.parametrize(
    "filename", ["acme_utils-1.0.exe", "../acme_utils-1.0-py3-none-any.whl", "acme-utils.whl", "a" * 300]
)
def test_a_name_that_is_none_is_refused(web: Web, filename: str) -> None:
    assert publish(web, filename=filename).status_code == 400


def test_a_public_name_cannot_be_published(web: Web) -> None:
    content = wheel("requests", "99.0", {})
    answer = publish(
        web,
        content,
        "requests-99.0-py3-none-any.whl",
        token=web.token(Role.PUBLISH),
        name="requests",
        version="99.0",
    )
    assert (answer.status_code, "[protect]" in answer.text) == (400, True)


def test_only_a_publisher_of_these_projects_publishes(web: Web) -> None:
    assert publish(web, token="").status_code == 401
    assert publish(web, token=web.token(Role.INSTALL)).status_code == 403
    assert publish(web, token=web.token(Role.PUBLISH, "other-*")).status_code == 400


def test_a_project_belongs_to_who_published_it_first(web: Web) -> None:
    assert publish(web).status_code == 200
    newer = wheel("acme-utils", "2.0", {})
    name = "acme_utils-2.0-py3-none-any.whl"
    other = web.token(Role.PUBLISH, "acme-utils", name="another team")
    assert publish(web, newer, name, token=other, version="2.0", requires_python="").status_code == 409
    admin = web.token(Role.ADMIN)
    assert publish(web, newer, name, token=admin, version="2.0", requires_python="").status_code == 200


def test_a_body_that_is_no_form_or_too_large_is_refused(web: Web, place: Place) -> None:
    auth = ("__token__", web.token(Role.PUBLISH, "acme-*"))
    assert web.ask("POST", "/legacy/", content=b"{}", auth=auth).status_code == 400
    bad = {"content-type": "multipart/form-data; boundary=x"}
    assert web.ask("POST", "/legacy/", content=b"--x\r\nnonsense", auth=auth, headers=bad).status_code == 400
    huge = {"content-length": str(10**13)}
    assert web.ask("POST", "/legacy/", content=b"", auth=auth, headers=huge).status_code == 413
    assert not any(place.blobs.scratch.iterdir())


@pytest.mark.parametrize(
    "filename",
    [
        "acme_utils-1.0\n.tar.gz",
        "acme_utils-1.0 .tar.gz",
        "acme_utils-1.0-py3-none-any<b>.whl",
        "acme_utils-1.0-py3-none-a/b.whl",
        "acme_utils-1.0-py3-none-any\u202e.whl",
        "acme_utils-1.0-py3-none-any\n.whl",
        f"acme_utils-1.0-py3-none-{'a' * 250}.whl",
    ],
)
def test_a_name_that_only_a_lenient_parser_takes_is_refused(tmp_path: Path, filename: str) -> None:
    path = tmp_path / "content"
    path.write_bytes(GOOD if filename.endswith(".whl") else sdist("acme-utils", "1.0", {}))
    fields = {
        ":action": "file_upload",
        "name": "acme-utils",
        "version": "1.0",
        "filetype": "bdist_wheel" if filename.endswith(".whl") else "sdist",
        "requires_python": ">=3.9" if filename.endswith(".whl") else "",
        "sha256_digest": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    with pytest.raises(UploadError, match="not the name"):
        validate(fields, filename, path)


def test_a_form_with_two_files_or_two_names_is_refused(web: Web) -> None:
    auth = ("__token__", web.token(Role.PUBLISH, "acme-*"))
    form = {
        ":action": "file_upload",
        "name": "acme-utils",
        "version": "1.0",
        "filetype": "bdist_wheel",
        "requires_python": ">=3.9",
        "sha256_digest": hashlib.sha256(GOOD).hexdigest(),
    }
    twice = [("content", (WHEEL, b"other bytes")), ("content", (WHEEL, GOOD))]
    answer = web.ask("POST", "/legacy/", data=form, files=twice, auth=auth)
    assert (answer.status_code, "content more than once" in answer.text) == (400, True), answer.text
    names = {**form, "name": ["other", "acme-utils"]}
    answer = web.ask("POST", "/legacy/", data=names, files={"content": (WHEEL, GOOD)}, auth=auth)
    assert (answer.status_code, "name more than once" in answer.text) == (400, True), answer.text


def bomb(name: str, size: int) -> bytes:
    """An sdist whose first header says that a name of ``size`` bytes follows, which compress to nearly nothing."""
    plain = io.BytesIO()
    with gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=1) as packed:
        header = tarfile.TarInfo("././@LongLink")
        header.type, header.size = tarfile.GNUTYPE_LONGNAME, size
        packed.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(size >> 20):
            packed.write(bytes(1 << 20))
    return plain.getvalue() + name.encode()


def test_an_sdist_that_unpacks_to_far_more_is_refused_without_being_held_in_memory(web: Web) -> None:
    content = bomb(SDIST, 512 << 20)
    tracemalloc.start()
    try:
        answer = publish(web, content, SDIST)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (answer.status_code, "no core metadata" in answer.text) == (400, True)
    assert peak < 128 << 20


def test_a_wheel_with_a_list_of_members_beyond_reason_is_not_listed(tmp_path: Path) -> None:
    path = tmp_path / WHEEL
    path.write_bytes(GOOD)
    assert core_metadata(path, WHEEL) is not None
    whole = bytearray(GOOD)
    end = whole.rfind(b"PK\x05\x06")
    whole[end + 12 : end + 16] = (MOST_DIRECTORY + 1).to_bytes(4, "little")
    with path.open("wb") as file:  # so that the list would really be there to be read
        file.write(bytes(MOST_DIRECTORY + 1) + whole)
    tracemalloc.start()
    try:
        assert core_metadata(path, WHEEL) is None
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_wheel_in_a_compression_that_names_its_own_memory_has_no_metadata(tmp_path: Path) -> None:
    path = tmp_path / WHEEL
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("acme_utils-1.0.dist-info/METADATA", metadata("acme-utils", "1.0"))
    assert core_metadata(path, WHEEL) is None
