"""Honest archives of every form are read whole, in order and without a complaint."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from stockade.archive.reading import open_archive
from stockade.archive.types import Limits, Problem, Weight
from stockade.errors import IncompleteError, UsageError
from stockade.testing.archives import (
    GNU,
    ZipPart,
    compress,
    honest_tar,
    honest_zip,
    sdist,
    tar_bytes,
    tar_entry,
    tar_header,
    tar_long_name,
    wheel,
    zip_bytes,
    zip_extra,
)

FILES = {"demo/__init__.py": b"", "demo/core.py": b"x = 1\n" * 500, "demo/data.bin": bytes(range(256)) * 40}


def _all(
    data: bytes | Path, name: str, limits: Limits | None = None
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    archive = open_archive(data, name, limits)
    return {member.path: content for member, content in archive.walk()}, archive.problems


def _worse(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.weight is not Weight.ODD]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("demo-1.0.tar.gz", "sdist"),
        ("demo-1.0.tgz", "sdist"),
        ("demo-1.0.tar.bz2", "sdist"),
        ("demo-1.0.tar.xz", "sdist"),
        ("demo-1.0.tar.zst", "sdist"),
        ("my-long-name.tar.gz", "tar"),
        ("backup.tar.gz", "tar"),
        ("demo-1.0.tar", "sdist"),
        ("backup.tar", "tar"),
    ],
)
def test_tars_of_every_compression(name: str, kind: str) -> None:
    packing = {"tgz": "gz", "tar": ""}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    data = compress(honest_tar(FILES, compression=""), packing)
    content, problems = _all(data, name)
    assert open_archive(data, name).kind == kind
    assert content == FILES
    assert problems == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("demo-1.0-py3-none-any.whl", "wheel"),
        ("demo-1.0-py3.11.egg", "egg"),
        ("demo-1.0.zip", "sdist"),
        ("data.zip", "zip"),
    ],
)
@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_zips_of_every_method(name: str, kind: str, method: int) -> None:
    data = honest_zip(FILES, method=method)
    content, problems = _all(data, name)
    assert open_archive(data, name).kind == kind
    assert content == FILES
    assert problems == ()


def test_zstd_in_a_zip() -> None:
    packed = compress(FILES["demo/core.py"], "zst")
    data = zip_bytes(ZipPart(name=b"core.py", data=FILES["demo/core.py"], method=93, stored=packed))
    assert _all(data, "a.zip") == ({"core.py": FILES["demo/core.py"]}, ())


def test_a_wheel_and_an_sdist() -> None:
    content, problems = _all(wheel("demo", "1.0", FILES), "demo-1.0-py3-none-any.whl")
    assert problems == ()
    assert content.keys() > FILES.keys()
    content, problems = _all(sdist("demo", "1.0", FILES), "demo-1.0.tar.gz")
    assert problems == ()
    assert next(iter(content)) == "demo-1.0/PKG-INFO"


class _Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError("a pipe")

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise OSError(f"a pipe: {offset} {whence}")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_written_to_a_pipe_has_data_descriptors(method: int) -> None:
    into = _Unseekable()
    with zipfile.ZipFile(into, "w", method) as archive:
        for path, data in FILES.items():
            archive.writestr(path, data)
    assert _all(into.getvalue(), "a.zip") == (FILES, ())


@pytest.mark.parametrize("pipe", [False, True])
def test_zip64_entries(*, pipe: bool) -> None:
    into = _Unseekable() if pipe else io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in FILES.items():
            with archive.open(path, "w", force_zip64=True) as entry:
                entry.write(data)
    assert _all(into.getvalue(), "a.zip") == (FILES, ())


def test_more_than_65535_entries_need_zip64() -> None:
    files = {f"{index:x}": b"" for index in range(66_000)}
    content, problems = _all(honest_zip(files, method=zipfile.ZIP_STORED), "a.zip")
    assert (len(content), problems) == (66_000, ())


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize(
    "path",
    [
        "demo-1.0/" + "long/" * 20 + "end.py",
        "demo-1.0/" + "x" * 90 + "/setup.py",
        pytest.param("demo-1.0/" + "n" * 150 + ".py", id="one-long-part"),
        "demo-1.0/n\u00e4me \u4e2d.py",
        "demo-1.0/" + "\u4e2d/" * 60 + "a.py",
        "./demo-1.0/a.py",
    ],
)
def test_every_format_of_long_and_foreign_names(form: int, path: str) -> None:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=form) as archive:
        info = tarfile.TarInfo(path)
        info.size = 4
        try:
            archive.addfile(info, io.BytesIO(b"a\n\n\n"))
        except ValueError:
            pytest.skip("ustar cannot hold this name")
    content, problems = _all(into.getvalue(), "demo-1.0.tar")
    assert _worse(problems) == []
    assert content == {path.removeprefix("./"): b"a\n\n\n"}


def test_gnu_long_names_and_links() -> None:
    name = b"demo-1.0/" + b"d/" * 80 + b"a.py"
    data = tar_bytes(
        tar_long_name(name),
        tar_entry(name[:100], b"1\n", magic=GNU),
        tar_long_name(name, kind=b"K"),
        tar_header(b"demo-1.0/b.py", kind=b"1", link=name[:100], magic=GNU),
    )
    content, problems = _all(data, "demo-1.0.tar")
    assert content == {name.decode(): b"1\n", "demo-1.0/b.py": b"1\n"}
    assert problems == ()


def _linked() -> bytes:
    return tar_bytes(
        tar_header(b"d/setup.py", kind=b"2", link=b"docs/real.txt"),
        tar_header(b"d/hard.py", kind=b"1", link=b"d/docs/real.txt"),
        tar_header(b"d/chain.py", kind=b"2", link=b"setup.py"),
        tar_header(b"d/package", kind=b"2", link=b"docs"),
        tar_header(b"d/through.py", kind=b"2", link=b"package/real.txt"),
        tar_header(b"d/round", kind=b"2", link=b"round"),
        tar_header(b"d/missing", kind=b"2", link=b"nothing"),
        tar_entry(b"d/docs/real.txt", b"code\n"),
    )


def test_links_have_the_content_of_their_file() -> None:
    archive = open_archive(_linked(), "d-1.tar")
    found = {member.path: (member.kind, content) for member, content in archive.walk()}
    assert found == {
        "d/docs/real.txt": ("file", b"code\n"),
        "d/setup.py": ("symlink", b"code\n"),
        "d/hard.py": ("hardlink", b"code\n"),
        "d/chain.py": ("symlink", b"code\n"),
        "d/package/real.txt": ("symlink", b"code\n"),
        "d/through.py": ("symlink", b"code\n"),
    }
    assert [problem.kind for problem in archive.problems] == ["dangling-link"]
    assert {member.path for member in archive.members} >= {"d/missing", "d/round", "d/package"}
    assert archive.read("d/package/real.txt") == b"code\n"


def test_nested_archives_are_members_and_read() -> None:
    inner = honest_zip({"a.py": b"1\n"})
    middle = honest_tar({"x/inner.whl": inner})
    outer = sdist("demo", "1.0", {"data/blob.bin": middle})
    content, problems = _all(outer, "demo-1.0.tar.gz")
    assert problems == ()
    assert list(content)[1:] == [
        "demo-1.0/data/blob.bin",
        "demo-1.0/data/blob.bin!/x/inner.whl",
        "demo-1.0/data/blob.bin!/x/inner.whl!/a.py",
    ]
    assert open_archive(outer, "demo-1.0.tar.gz").read("demo-1.0/data/blob.bin!/x/inner.whl!/a.py") == b"1\n"


def test_what_is_wrong_in_a_nested_archive_is_only_odd() -> None:
    inner = zip_bytes(ZipPart(name=b"../a.py"), ZipPart(name=b"b", flags=1))
    _, problems = _all(
        sdist("demo", "1.0", {"tests/evil.zip": inner, "tests/cut.zip": inner[:-9]}), "demo-1.0.tar.gz"
    )
    assert {(problem.kind, problem.weight) for problem in problems} == {
        ("path-traversal", Weight.ODD),
        ("encrypted", Weight.ODD),
        ("truncated", Weight.ODD),
    }
    assert {problem.path for problem in problems} == {
        "demo-1.0/tests/evil.zip!/a.py",
        "demo-1.0/tests/evil.zip!/b",
        "demo-1.0/tests/cut.zip",
    }


def test_a_gzip_that_holds_no_tar_is_only_a_member() -> None:
    content, problems = _all(
        sdist("demo", "1.0", {"words.gz": gzip.compress(b"words\n" * 200)}), "demo-1.0.tar.gz"
    )
    assert problems == ()
    assert len(content) == 2


def test_a_zip_under_a_tars_name_is_read_and_told() -> None:
    archive = open_archive(honest_zip(FILES), "demo-1.0.tar.gz")
    assert {member.path: content for member, content in archive.walk()} == FILES
    assert [(problem.kind, problem.weight) for problem in archive.problems] == [
        ("kind-disagrees", Weight.ODD)
    ]


def test_both_readings_of_a_polyglot_are_given() -> None:
    tail = zip_bytes(ZipPart(name=b"demo-1.0/setup.py", data=b"zip\n"))
    data = sdist("demo", "1.0", {"setup.py": b"tar\n"}) + tail
    contents = [
        content for member, content in open_archive(data, "demo-1.0.tar.gz").walk() if "setup" in member.path
    ]
    assert contents == [b"tar\n", b"zip\n"]


def test_a_single_file() -> None:
    archive = open_archive(b"x = 1\n", "lone.py")
    assert archive.kind == "file"
    assert [(member.path, content) for member, content in archive.walk()] == [("lone.py", b"x = 1\n")]
    assert archive.problems == ()
    assert archive.sha256 == hashlib.sha256(b"x = 1\n").hexdigest()


def test_a_path_reads_as_its_bytes_do(tmp_path: Path) -> None:
    data = wheel("demo", "1.0", FILES)
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(data)
    with open_archive(path, path.name) as archive:
        assert list(archive.walk()) == list(open_archive(data, path.name).walk())
        assert (archive.size, archive.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert archive.read("demo/core.py") == FILES["demo/core.py"]


def test_read_of_what_is_not_there() -> None:
    archive = open_archive(wheel("demo", "1.0", FILES), "demo-1.0-py3-none-any.whl")
    with pytest.raises(KeyError):
        archive.read("demo/none.py")


@pytest.mark.parametrize("walked", [False, True])
def test_the_last_of_one_name_is_read(*, walked: bool) -> None:
    data = tar_bytes(tar_entry(b"a", b"1"), tar_entry(b"b", b"3"), tar_entry(b"a", b"2"))
    archive = open_archive(data, "a.tar")
    if walked:
        assert [content for _, content in archive.walk()] == [b"1", b"3", b"2"]
    assert archive.read("a") == b"2"
    assert archive.read("b") == b"3"


def test_a_zip_symlink_is_a_member_with_its_target_as_content() -> None:
    data = zip_bytes(ZipPart(name=b"lib/a.so", data=b"b.so", attributes=0o120777 << 16))
    archive = open_archive(data, "a.whl")
    assert [(member.kind, content) for member, content in archive.walk()] == [("symlink", b"b.so")]
    assert [problem.weight for problem in archive.problems] == [Weight.ODD]


def _folder(root: Path) -> Path:
    (root / "demo").mkdir(parents=True)
    (root / "demo" / "b.py").write_bytes(b"b\n")
    (root / "demo" / "a.py").write_bytes(b"a\n")
    (root / "setup.py").write_bytes(b"s\n")
    (root / "dist.zip").write_bytes(honest_zip({"c.py": b"c\n"}))
    return root


def test_a_folder(tmp_path: Path) -> None:
    root = _folder(tmp_path / "project")
    archive = open_archive(root, "project")
    assert archive.kind == "folder"
    assert [member.path for member, _ in archive.walk()] == [
        "dist.zip",
        "dist.zip!/c.py",
        "setup.py",
        "demo/a.py",
        "demo/b.py",
    ]
    assert archive.problems == ()
    assert archive.size == 6 + (root / "dist.zip").stat().st_size
    assert archive.read("dist.zip!/c.py") == b"c\n"


def test_a_folders_digest_tells_content_and_paths(tmp_path: Path) -> None:
    one, two = _folder(tmp_path / "one"), _folder(tmp_path / "two")
    assert open_archive(one, "one").sha256 == open_archive(two, "two").sha256
    (two / "demo" / "a.py").rename(two / "demo" / "z.py")
    assert open_archive(one, "one").sha256 != open_archive(two, "two").sha256


def test_no_link_is_followed_out_of_a_folder(tmp_path: Path) -> None:
    root = _folder(tmp_path / "project")
    secret = tmp_path / "secret"
    secret.write_bytes(b"decoy\n")
    (root / "out").symlink_to(secret)
    (root / "up").symlink_to("..")
    (root / "in.py").symlink_to("demo/a.py")
    os.mkfifo(root / "pipe")
    archive = open_archive(root, "project")
    content = {member.path: (member.kind, data) for member, data in archive.walk()}
    assert content["in.py"] == ("symlink", b"a\n")
    assert not content.keys() & {"out", "up", "pipe"}
    assert {(problem.kind, problem.path) for problem in archive.problems} == {
        ("link-outside", "out"),
        ("link-outside", "up"),
        ("special-file", "pipe"),
    }


def test_paths_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError):
        open_archive(tmp_path / "none.whl", "none.whl")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError):
        open_archive(tmp_path / "pipe", "pipe")


class _Clock:
    def __init__(self, step: float) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_time_is_bounded_and_the_consumers_does_not_count() -> None:
    data = honest_zip({f"{index}.py": b"1\n" for index in range(100)})
    slow = open_archive(data, "a.zip", Limits(seconds=2.5), clock=_Clock(0.01))
    assert 0 < len(list(slow.walk())) < 100
    assert [(problem.kind, problem.weight) for problem in slow.problems] == [("time-limit", Weight.FATAL)]

    clock = _Clock(0.0)
    patient = open_archive(data, "a.zip", Limits(seconds=5), clock=clock)
    for _ in patient.walk():
        clock.now += 60
    assert patient.problems == ()


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        (Limits(total=10_000), "too-large"),
        (Limits(member=9_000), "member-too-large"),
        (Limits(members=2), "too-many-members"),
        (Limits(depth=0), "too-deep"),
    ],
)
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "folder"])
def test_each_limit_is_a_fatal_problem(limits: Limits, kind: str, name: str, tmp_path: Path) -> None:
    files = {**FILES, "last.zip": honest_zip({"a": b"1"})}
    source: bytes | Path
    if name == "folder":
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_bytes(content)
        source = tmp_path
    else:
        source = honest_zip(files) if name == "a.zip" else honest_tar(files)
    archive = open_archive(source, name, limits)
    list(archive.walk())
    assert [(problem.kind, problem.weight) for problem in archive.problems] == [(kind, Weight.FATAL)]


def test_problems_of_one_kind_are_bounded_but_counted() -> None:
    data = zip_bytes(*(ZipPart(name=b"../%d" % index) for index in range(1_000)))
    problems = open_archive(data, "a.zip").problems
    assert len(problems) == 51
    assert problems[-1].detail == "and 950 more of this kind"


def test_members_and_problems_during_a_walk_are_those_so_far() -> None:
    archive = open_archive(honest_zip(FILES), "a.zip")
    for count, _ in enumerate(archive.walk(), start=1):
        assert len(archive.members) == count
        assert archive.problems == ()
    assert len(archive.members) == len(FILES)


def test_an_abandoned_walk_does_not_count_as_one() -> None:
    archive = open_archive(zip_bytes(ZipPart(name=b"a"), ZipPart(name=b"../b")), "a.zip")
    for _ in archive.walk():
        break
    assert [problem.kind for problem in archive.problems] == ["path-traversal"]


def test_folders_are_members_without_content() -> None:
    archive = open_archive(honest_zip({"demo/": b"", "demo/a.py": b"1"}), "a.zip")
    assert [(member.path, member.kind) for member in archive.members] == [
        ("demo", "folder"),
        ("demo/a.py", "file"),
    ]
    assert [member.path for member, _ in archive.walk()] == ["demo/a.py"]


def test_names_in_no_encoding_are_shown_with_escapes(tmp_path: Path) -> None:
    """A path can always be printed, and nothing is left out."""
    data = tar_bytes(tar_entry(b"d/\xff.py", b"1"), tar_header(b"d/\xfe.py", kind=b"2", link=b"\xff.py"))
    (tmp_path / os.fsdecode(b"\xff.py")).write_bytes(b"1")
    (tmp_path / "link.py").symlink_to(os.fsdecode(b"\xff.py"))
    bad = zip_bytes(ZipPart(name=b"\xff.py", data=b"1", flags=0x800))
    for archive, paths in (
        (open_archive(data, "d-1.tar"), ["d/%FF.py", "d/%FE.py"]),
        (open_archive(tmp_path, "folder"), ["link.py", "%FF.py"]),
        (open_archive(bad, "a.whl"), ["%FF.py"]),
    ):
        assert [(member.path, content) for member, content in archive.walk()] == [
            (path, b"1") for path in paths
        ]
        for member in archive.members:
            assert f"{member}".encode()
        assert archive.read(paths[-1]) == b"1"


def test_a_zip64_field_that_is_not_asked_for_must_agree() -> None:
    sizes = len(FILES["demo/core.py"]).to_bytes(8, "little")
    for extra, bad in (
        (zip_extra(1, sizes), False),
        (zip_extra(1, bytes(7) + b"\x01"), True),
        (zip_extra(1, sizes) * 2, True),
    ):
        data = zip_bytes(ZipPart(name=b"a.py", data=FILES["demo/core.py"], extra=extra))
        assert ["headers-disagree"] * bad == [
            problem.kind for problem in open_archive(data, "a.whl").problems
        ]


@pytest.mark.parametrize("descriptor", [False, True])
def test_entries_that_the_directory_does_not_list_are_read(*, descriptor: bool) -> None:
    shown = ZipPart(name=b"demo/a.py", data=b"1\n")
    lies: dict[str, int | bytes] = {"flags": 8, "crc": 0, "packed": 0, "size": 0} if descriptor else {}
    hidden = ZipPart(name=b"demo/hidden.py", data=b"2\n" * 50, listed=False, local=lies)
    for parts in ((hidden, shown), (shown, hidden), (shown, hidden, ZipPart(name=b"demo/b.py"))):
        archive = open_archive(zip_bytes(*parts), "demo-1.0-py3-none-any.whl")
        content = {member.path: data for member, data in archive.walk()}
        assert content["demo/a.py"] == b"1\n"
        assert content["demo/hidden.py"] == b"2\n" * 50
        assert {problem.kind for problem in archive.problems} == {"gap", "hidden-entry"}
        assert archive.read("demo/hidden.py") == b"2\n" * 50


def test_a_zip_of_hidden_entries_only() -> None:
    archive = open_archive(zip_bytes(ZipPart(name=b"a.py", data=b"1", listed=False)), "a.whl")
    assert [(member.path, content) for member, content in archive.walk()] == [("a.py", b"1")]
