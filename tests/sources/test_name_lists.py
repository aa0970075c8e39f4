"""Lists of names in every published form."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from stockade.sources.name_builds import build_popularity, build_register
from stockade.sources.name_lists import ListError, canonical, parse_names, read_bounded
from stockade.sources.registered import key_of

NAMES = ["requests", "Zope.Interface", "acme_corp-utils"]
CANONICAL = ["requests", "zope-interface", "acme-corp-utils"]
HTML = (
    "<!DOCTYPE html><html><body>"
    + "".join(f'<a href="/simple/{n}/">{n}</a>\n' for n in NAMES)
    + "</body></html>"
)


@pytest.mark.parametrize(
    "data",
    [
        "\n".join(NAMES).encode(),
        b"\xef\xbb\xbf# a comment\r\n" + "\r\n\r\n".join(NAMES).encode(),
        b"Zope.Interface\t2\nrequests\t1\nacme_corp-utils\t10\n",
        json.dumps(
            {"meta": {"api-version": "1.4"}, "projects": [{"name": n, "_serial": 1} for n in NAMES]}
        ).encode(),
        json.dumps({"rows": [{"project": n, "download_count": 1} for n in NAMES]}).encode(),
        HTML.encode(),
    ],
    ids=["text", "text-with-bom", "ranks", "pep-691", "popularity-json", "pep-503"],
)
def test_every_form_yields_the_names_in_order(data: bytes) -> None:
    assert list(canonical(parse_names(data).names)) == CANONICAL
    assert build_popularity(data).sections["names"].decode().split("\n") == CANONICAL


@pytest.mark.parametrize(
    ("data", "made"),
    [
        (b"# made 2026-11\nx", datetime(2026, 11, 1, tzinfo=UTC)),
        (b"# names; made 2026-11-30 by hand\nx", datetime(2026, 11, 30, tzinfo=UTC)),
        (b"# made 2026-13\nx", None),
        (b"x", None),
        (
            b'{"rows": [{"project": "x"}], "last_update": "2026-11-02 03:04:05"}',
            datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC),
        ),
        (b'{"rows": [{"project": "x"}], "last_update": "yesterday"}', None),
    ],
)
def test_a_list_may_tell_its_age(data: bytes, made: datetime | None) -> None:
    assert parse_names(data).made == made


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# nothing\n",
        b"\xff\xfe",
        b'{"rows": 3}',
        b'{"info": {}}',
        b"{",
        b"name\trank\n",
        b"a\t1\nb\n",
        b"no name\nnor this\n",
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(ListError):
        build_popularity(data)


def test_a_few_bad_entries_are_noted_and_many_are_another_kind_of_file() -> None:
    good = [f"name{n}" for n in range(400)]
    built = build_register("\n".join([*good, "not a name", "-x"]).encode(), "ab" * 32)
    assert (built.entries, built.unreadable) == (400, 2)
    assert built.notes == ("not a project name: 'not a name'", "not a project name: '-x'")
    with pytest.raises(ListError, match="5 of 405"):
        build_register("\n".join([*good, *["not a name"] * 5]).encode(), "ab" * 32)


def test_names_are_counted_once() -> None:
    assert build_register(b"Acme.X\nacme-x\nacme_x\n", "ab" * 32).entries == 1


@given(st.text("aB0-_. \u00e4", max_size=8))
def test_the_fast_way_to_canonical_names_agrees_with_packaging(text: str) -> None:
    (found,) = canonical([text])
    if found is not None:
        assert str(found) == str(canonicalize_name(text, validate=True))


def test_the_key_depends_on_the_salt() -> None:
    assert key_of("requests", b"a" * 16) != key_of("requests", b"b" * 16)


def test_reading_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "names.txt.gz"
    path.write_bytes(gzip.compress(b"a\n" * 100))
    assert len(read_bounded(path, 200)) == 200
    with pytest.raises(ListError, match="larger than 199"):
        read_bounded(path, 199)
    path.write_bytes(gzip.compress(b"a\n" * 100)[:-9])
    with pytest.raises(ListError, match="damaged"):
        read_bounded(path)
