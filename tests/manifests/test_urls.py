"""Addresses lose their secrets, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.manifests.urls import direct_reference, redact, split_revision, strip_credentials, valid_hash
from stockade.model.requirements import SourceKind

DIGEST = "0f" * 32


@pytest.mark.parametrize(
    ("url", "clean", "literal"),
    [
        ("https://h.example/x", "https://h.example/x", False),
        ("https://u:p@h.example/x", "https://h.example/x", True),
        ("https://TOKEN@h.example/x", "https://h.example/x", True),
        ("https://${USER}:${PASS}@h.example/x", "https://${USER}:${PASS}@h.example/x", False),
        ("https://robot:${PASS}@h.example/x", "https://h.example/x", False),
        ("https://robot:secret${X}@h.example/x", "https://h.example/x", True),
        ("https://u:%(pass)s@h.example", "https://h.example", False),
        ("https://u:p/w?d@h.example/x", "https://h.example/x", True),
        ("https://u:p@ss@h.example/x", "https://h.example/x", True),
        ("https://h.example:8443/a@1.0", "https://h.example:8443/a@1.0", False),
        ("git+ssh://git@h.example/a.git", "git+ssh://git@h.example/a.git", False),
        ("git+ssh://me:pw@h.example/a.git", "git+ssh://h.example/a.git", True),
        ("git@h.example:team/a.git", "git@h.example:team/a.git", False),
        ("https://h.example/?access_token=abc&x=1", "https://h.example/?access_token=***&x=1", True),
        ("https://h.example/?token=${T}", "https://h.example/?token=${T}", False),
        ("https://h.example/?X-Amz-Signature=00ff", "https://h.example/?X-Amz-Signature=***", True),
        ("./local/path", "./local/path", False),
    ],
)
def test_credentials_come_off(url: str, clean: str, literal: bool) -> None:
    assert strip_credentials(url) == (clean, literal)


secrets = st.text("abcXYZ019!$&'()*+,;=-._~%/?#:", min_size=4, max_size=12).filter(
    lambda s: any(c.isalnum() for c in s)
)


@given(secrets)
def test_no_password_survives(secret: str) -> None:
    url = f"https://user:Pw1{secret}@host.example/simple"
    clean, _ = strip_credentials(url)
    assert "Pw1" not in clean
    assert redact(f"pip install -i {url} name") == "pip install -i https://host.example/simple name"


def test_every_address_of_a_line_is_redacted() -> None:
    line = """x=["https://u:p@a.example","https://b.example/@x", 'git+ssh://me:pw@c.example'] -ihttps://t:q@d.example"""
    assert redact(line) == (
        """x=["https://a.example","https://b.example/@x", 'git+ssh://c.example'] -ihttps://d.example"""
    )
    assert redact("'" * 200_000 + "https://u:" + "'" * 200_000 + "@h.example").endswith("'https://h.example")


@given(st.text(max_size=60))
def test_stripping_is_idempotent(text: str) -> None:
    clean, _ = strip_credentials(text)
    assert strip_credentials(clean)[0] == clean


def test_direct_references() -> None:
    read = direct_reference(
        f"git+https://u:p@h.example/o/r.git@v1#egg=name[x]&subdirectory=d&sha256={DIGEST}"
    )
    source = read.source
    assert (source.kind, source.vcs, source.url, source.revision) == (
        SourceKind.VCS,
        "git",
        "https://h.example/o/r.git",
        "v1",
    )
    assert source.credentials
    assert read.egg == "name[x]"
    archive = direct_reference(f"https://h.example/a.zip#sha256={DIGEST.upper()}&md5=zz")
    assert archive.source.kind is SourceKind.URL
    assert archive.hashes == (f"sha256:{DIGEST}",)
    assert direct_reference("file:///x/y.whl").source.kind is SourceKind.PATH
    assert direct_reference("../x").source.kind is SourceKind.PATH


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://h/o/r.git@v1", ("https://h/o/r.git", "v1")),
        ("ssh://git@h/o/r.git", ("ssh://git@h/o/r.git", "")),
        ("https://h/o/r@feature/x", ("https://h/o/r", "feature/x")),
        ("https://u@h", ("https://u@h", "")),
    ],
)
def test_revisions(address: str, expected: tuple[str, str]) -> None:
    assert split_revision(address) == expected


def test_hashes() -> None:
    assert valid_hash(f"sha256:{DIGEST}")
    assert valid_hash(f"SHA256:{DIGEST.upper()}")
    assert not valid_hash(f"sha256:{DIGEST[1:]}")
    assert not valid_hash(f"sha256:{'g' * 64}")
    assert not valid_hash(f"crc32:{DIGEST}")
    assert not valid_hash(DIGEST)
