"""Builds project pages as big as the biggest ones of a public index, the same bytes each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape

import msgspec

PYTHONS = ("cp38", "cp39", "cp310", "cp311", "cp312", "cp313", "cp313t", "cp314", "pp310")
PLATFORMS = (
    "macosx_10_9_x86_64",
    "macosx_11_0_arm64",
    "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "manylinux_2_17_aarch64.manylinux2014_aarch64",
    "musllinux_1_1_x86_64",
    "win32",
    "win_amd64",
)
HOST = "https://files.index.example"
FIRST_UPLOAD = datetime(2015, 1, 1, 12, tzinfo=UTC)


def entries(name: str, count: int, *, rich: bool = False) -> Iterator[dict[str, object]]:
    """The files of a project with compiled wheels, in the form of PEP 691.

    Args:
        name: the project, as it stands in file names.
        count: how many files.
        rich: with core metadata and provenance; else with sizes, times and hashes only, as lean indexes have it.
    """
    each_release = len(PYTHONS) * len(PLATFORMS) + 1
    for number in range(count):
        release, place = divmod(number, each_release)
        version = f"{1 + release // 60}.{release // 6 % 10}.{release % 6}"
        if place == 0:
            filename = f"{name}-{version}.tar.gz"
        else:
            python, platform = divmod(place - 1, len(PLATFORMS))
            tag = PYTHONS[python]
            filename = f"{name}-{version}-{tag}-{tag}-{PLATFORMS[platform]}.whl"
        digest = hashlib.sha256(filename.encode()).hexdigest()
        uploaded = FIRST_UPLOAD + timedelta(days=21 * release, seconds=place, microseconds=number)
        file: dict[str, object] = {
            "filename": filename,
            "hashes": {"sha256": digest},
            "requires-python": ">=3.8",
            "size": 10_000 + number,
            "upload-time": f"{uploaded:%Y-%m-%dT%H:%M:%S.%fZ}",
            "url": f"{HOST}/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{filename}",
            "yanked": "broken build" if release == 3 else False,  # noqa: PLR2004 - one release of many
        }
        if rich:
            metadata = {"sha256": hashlib.sha256(digest.encode()).hexdigest()}
            file["core-metadata"] = False if place == 0 else metadata
            file["data-dist-info-metadata"] = file["core-metadata"]
            file["provenance"] = f"https://index.example/integrity/{name}/{version}/{filename}/provenance"
        yield file


def json_page(name: str, count: int, *, rich: bool = False) -> bytes:
    """A page of ``count`` files as PEP 691 JSON; see :func:`entries`."""
    files = list(entries(name, count, rich=rich))
    versions = list(
        dict.fromkeys(str(each["filename"]).split("-")[1].removesuffix(".tar.gz") for each in files)
    )
    page = {
        "meta": {"_last-serial": 12_345_678, "api-version": "1.4"},
        "name": name,
        "project-status": {"status": "active"},
        "alternate-locations": [],
        "versions": versions,
        "files": files,
    }
    return msgspec.json.encode(page)


def html_page(name: str, count: int) -> bytes:
    """A page of ``count`` files as PEP 503 HTML."""
    lines = ['<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.4"></head><body>']
    for each in entries(name, count, rich=True):
        hashes, yanked = each["hashes"], each["yanked"]
        assert isinstance(hashes, dict)  # noqa: S101 - what entries yields
        reason = f' data-yanked="{escape(yanked)}"' if isinstance(yanked, str) else ""
        python = escape(str(each["requires-python"]))
        lines.append(
            f'<a href="{each["url"]}#sha256={hashes["sha256"]}" data-requires-python="{python}"{reason} '
            f'data-provenance="{each["provenance"]}">{each["filename"]}</a><br>'
        )
    lines.append("</body></html>")
    return "\n".join(lines).encode()
