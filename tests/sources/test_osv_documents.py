"""The forms in which OSV records come, and the traps in them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from stockade.sources import osv_documents
from stockade.sources.osv_documents import HostileFeedError, documents
from stockade.testing.osv import Json, affected, bulk_zip, json_lines, record

RECORDS = [record(f"PYSEC-{n}", affected("a", versions=[str(n)])) for n in range(3)]


def read(path: Path) -> list[Json]:
    return [json.loads(data) for _, data in documents(path)]


@pytest.mark.parametrize(
    "data",
    [
        bulk_zip(RECORDS),
        bulk_zip(RECORDS, {"README.md": b"hello"}),
        json_lines(RECORDS),
        json_lines(RECORDS, gzipped=True),
        json_lines(RECORDS).replace(b"\n", b"\n\n"),
    ],
    ids=["zip", "zip-and-more", "jsonl", "jsonl.gz", "blank-lines"],
)
def test_every_form_yields_every_record(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "source"
    path.write_bytes(data)
    assert read(path) == RECORDS


def test_a_folder_and_a_single_indented_record(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for item in RECORDS:
        (tmp_path / "deep" / f"{item['id']}.json").write_text(json.dumps(item, indent=1))
    (tmp_path / "deep" / "link.json").symlink_to("PYSEC-0.json")
    assert read(tmp_path) == RECORDS
    assert read(tmp_path / "deep" / "PYSEC-1.json") == RECORDS[1:2]


@pytest.mark.parametrize(
    "name", ["../out.json", "/abs.json", "a/../../b.json", "C:evil.json", "a\\..\\b.json"]
)
def test_a_zip_that_leads_outside_is_refused_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(bulk_zip(RECORDS, {name: b"{}"}))
    with pytest.raises(HostileFeedError, match="leads outside"):
        read(path)


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("x.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(HostileFeedError, match="link"):
        read(path)


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(bulk_zip([], {"bomb.json": bytes(2 << 20)}))
    with pytest.raises(HostileFeedError, match="times its size"):
        read(path)
    path.write_bytes(bulk_zip([], {"large.json": b"x" * 100}))
    monkeypatch.setattr(osv_documents, "MAX_RECORD_BYTES", 99)
    with pytest.raises(HostileFeedError, match="unpacks to 100 bytes"):
        read(path)
    path.write_bytes(gzip.compress(b'{"id":' + b" " * 200))
    with pytest.raises(HostileFeedError, match="longer than"):
        read(path)


def test_too_many_and_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for form in (bulk_zip(RECORDS), json_lines(RECORDS)):
        path = tmp_path / "source"
        path.write_bytes(form)
        with monkeypatch.context() as limits:
            limits.setattr(osv_documents, "MAX_RECORDS", 2)
            with pytest.raises(HostileFeedError, match="more than 2"):
                read(path)
        with monkeypatch.context() as limits:
            limits.setattr(osv_documents, "MAX_TOTAL_BYTES", 100)
            with pytest.raises(HostileFeedError, match="more than 100 bytes"):
                read(path)


def test_damaged_and_unknown_sources_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "source"
    packed = bulk_zip(RECORDS)
    middle = packed.index(b"PYSEC-1.json") + 20
    damaged = packed[:middle] + bytes(8) + packed[middle + 8 :]
    for data in (b"", b"a,b,c\n", damaged, gzip.compress(json_lines(RECORDS))[:-20], b"[1, 2]"):
        path.write_bytes(data)
        with pytest.raises(HostileFeedError):
            read(path)


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO(bulk_zip(RECORDS[:1]))
    data = bytearray(buffer.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path = tmp_path / "all.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(HostileFeedError, match="cannot be read"):
        read(path)
